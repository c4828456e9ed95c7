// `diolkos bench --remote USER@BOARD`: brings a program and a model to another machine, measures there and brings the
// result back.
#pragma once

#include <string>
#include <vector>

#include "command.h"

namespace diolkos::cli {

struct RemoteOptions {
  std::string target;       // --remote; empty: here
  std::string binary;       // --remote-binary: for the board's processor; empty: this program
  std::string ssh = "ssh";  // --ssh
};

// The words of a command line that were given for `command`, less those options.
std::vector<std::string> given_options(const CLI::App& command, const std::vector<std::string>& but);

void add_remote_options(CLI::App& command, RemoteOptions& options);

// `arguments`: those of bench on the board, without model and --json. The result is written to `json` ("-": standard
// output; empty: only what the board said is printed), with the model under its name here.
Result<ExitStatus> bench_remote(const RemoteOptions& options, const std::string& model,
                                const std::vector<std::string>& arguments, const std::string& json);

}  // namespace diolkos::cli
