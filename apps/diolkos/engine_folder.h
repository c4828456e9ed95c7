// Where compiled forms of networks are kept: engines of other runtimes, DLA files.
#pragma once

#include <filesystem>

#include "fetch/fetch.h"

namespace diolkos::cli {

// Empty where the user has no cache: then nothing is kept.
inline std::filesystem::path engine_folder() {
  const auto folder = fetch::cache_folder();
  return folder ? *folder / "engines" : std::filesystem::path();
}

}  // namespace diolkos::cli
