// Another program, run to its end.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace diolkos::targets {

struct ProgramRun {
  int status = 0;  // of exit; 128 + the signal's number where one ended it
  double seconds = 0;
};

// `command[0]` is a path. Standard output and errors go to `log`, written over; standard input is empty. Folders of
// `libraries` come before LD_LIBRARY_PATH. An error where the program cannot be started.
Result<ProgramRun> run_program(const std::vector<std::string>& command, const std::filesystem::path& log,
                               const std::vector<std::filesystem::path>& libraries = {});

// `name` with a slash as it is, else the first executable file of that name on PATH; empty where there is none.
std::filesystem::path find_program(const std::string& name);

// For a shell: words in single quotes where they need them.
std::string shell_line(const std::vector<std::string>& command);

}  // namespace diolkos::targets
