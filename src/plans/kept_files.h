// What the user's cache keeps of models: plan files, and engines that other runtimes' compilers made.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace diolkos::plans {

struct KeptFile {
  std::filesystem::path path;
  std::string kind;  // "plan", "engine" or "dla"; empty: a file that a killed program left unfinished
  std::uintmax_t bytes = 0;
  std::int64_t used = 0;                                 // seconds since 1970: last used or written
  std::vector<std::pair<std::string, std::string>> key;  // what it depends on
  std::string reason;                                    // why it was made; empty where that is not known
  std::string remark;                                    // what its builder had to say
  std::string problem;                                   // why it would be made anew; empty: it would be used
};

// The files in `folder` and its folders, the last used first; files of other kinds are left out. Each is read as a
// whole: damage is a problem, and so is a plan of another version or of a model that is gone or changed since.
Result<std::vector<KeptFile>> kept_files(const std::filesystem::path& folder);

// Removes the file and its lock, unless a program holds that just now: then an error.
Status remove(const KeptFile& file);

}  // namespace diolkos::plans
