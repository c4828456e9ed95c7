// A TFLite file to the accelerator's own form, by its maker's compiler.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "targets/check.h"

namespace diolkos::targets {

struct CompileRequest {
  std::filesystem::path model;    // the TFLite file
  std::filesystem::path output;   // the DLA file
  std::filesystem::path log;      // what the compiler says
  std::filesystem::path program;  // ncc-tflite
  int optimization = 3;           // -O0 to -O3
  std::vector<std::string> more;  // options handed on as they are
};

// "ncc-tflite --arch=mdla3.0 -O3 -d model.dla [what `report`'s conditions ask for] [more] model.tflite"
std::vector<std::string> compiler_command(const CompileRequest& request, const Rules& rules, const Report& report);

// Folders that the compiler's libraries are in: <sdk>/host/bin/ncc-tflite wants <sdk>/host/lib.
std::vector<std::filesystem::path> libraries_of(const std::filesystem::path& program);

struct Compiled {
  double seconds = 0;
  std::uintmax_t bytes = 0;
};

// Runs the command; the DLA file appears whole or not at all. Errors tell the exit status and the log's last lines, or
// that nothing was written.
Result<Compiled> compile(const CompileRequest& request, const Rules& rules, const Report& report);

}  // namespace diolkos::targets
