// The command line: one file a command. A command declares its options on a subcommand of the program; its action runs
// after parsing, calls the library and prints. Nothing else happens here.
#pragma once

#include <functional>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/result.h"

namespace diolkos::cli {

// Exit statuses. Usage errors (ErrorCode::usage) end in kUsage, all others in kFailure.
enum ExitStatus : int {
  kOk = 0,
  kFailure = 1,
  kUsage = 2,
  kAccuracyMissed = 3,
  kUnstable = 4,
  kNotAsAsked = 5,  // precision or placement
};

using Action = std::function<Result<ExitStatus>()>;

struct Command {
  CLI::App* app;  // the subcommand; `parsed()` tells whether it was called
  Action run;
};

// Goes on as the program that has every command, with the same command line, and does not return where there is one;
// to be called before anything was read or written. Of `diolkos`: it starts quickly since it has but some of the
// commands (quick/). Elsewhere this does nothing.
void hand_over();

// Those of this build, in the order of the help text, and some lines of them.
std::vector<Command> add_commands(CLI::App& program);
extern const char* const kExamples;

Command info_command(CLI::App& program);
Command convert_command(CLI::App& program);
Command run_command(CLI::App& program);
Command live_command(CLI::App& program);
Command infer_command(CLI::App& program);
Command bench_command(CLI::App& program);
Command eval_command(CLI::App& program);
Command report_command(CLI::App& program);
Command history_command(CLI::App& program);
Command fetch_command(CLI::App& program);
Command check_command(CLI::App& program);
Command runtimes_command(CLI::App& program);
Command compile_command(CLI::App& program);
Command compare_command(CLI::App& program);
Command cache_command(CLI::App& program);

}  // namespace diolkos::cli
