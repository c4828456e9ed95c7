#include "command.h"

namespace diolkos::cli {

const char* const kExamples =
    "Built for boards: 'run', 'live' and whatever else reads pictures is left out.\n"
    "Examples:\n"
    "  diolkos info model.tflite\n"
    "  diolkos infer model.tflite -i input.npy -o output.npy\n"
    "  diolkos bench model.tflite --threads 4 --json -\n";

std::vector<Command> add_commands(CLI::App& program) {
  return {info_command(program),  convert_command(program), infer_command(program),
          bench_command(program), check_command(program),   compile_command(program)};
}

}  // namespace diolkos::cli
