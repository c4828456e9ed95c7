// DLA files kept between compilations: the maker's compiler takes minutes, and the same input gives the same file.
#pragma once

#include <filesystem>
#include <string>

#include "targets/compile.h"

namespace diolkos::targets {

struct Obtained {
  Compiled compiled;  // seconds are 0 where the file was kept
  bool kept = false;  // it comes from the folder
  std::string note;   // worth a warning: why a file that was there was of no use, or why the new one is not kept
};

// As compile(), or the file and the log that an earlier one left in `folder` (empty: nothing is kept), where all that
// it depends on is the same: the TFLite file, the compiler's program and the libraries beside it, the options. Two
// programs that want the same file: the second waits for the first. A file that is damaged is compiled anew.
// An option that names a file of its own (--dla-metadata) is compiled every time.
Result<Obtained> compile_or_keep(const CompileRequest& request, const Rules& rules, const Report& report,
                                 const std::filesystem::path& folder);

}  // namespace diolkos::targets
