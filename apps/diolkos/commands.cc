#include "command.h"

namespace diolkos::cli {

const char* const kExamples =
    "Examples:\n"
    "  diolkos info fcn_resnet50.pth\n"
    "  diolkos run fcn_resnet50.pth dog.jpg -o masked.png --class dog\n"
    "  diolkos bench fcn_resnet50:random --size 288 --threads 2 --json -\n";

std::vector<Command> add_commands(CLI::App& program) {
  return {info_command(program),    convert_command(program), run_command(program),
          live_command(program),    infer_command(program),   bench_command(program),
          eval_command(program),    compare_command(program), report_command(program),
          history_command(program), fetch_command(program),   check_command(program),
          compile_command(program), runtimes_command(program), cache_command(program)};
}

}  // namespace diolkos::cli
