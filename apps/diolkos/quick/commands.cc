// The commands that need neither pictures nor the network, as most starts of the program do: OpenCV alone, with what it
// brings along, takes a tenth of a second and 60 MB before main().
#include "command.h"

namespace diolkos::cli {

const char* const kExamples = "";

std::vector<Command> add_commands(CLI::App& program) {
  return {info_command(program),  infer_command(program), bench_command(program), check_command(program),
          cache_command(program), report_command(program), history_command(program)};
}

}  // namespace diolkos::cli
