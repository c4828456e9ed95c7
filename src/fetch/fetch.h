// Downloads weights into the user's cache: resumed where a download broke off, checked by SHA-256, whole or not at all.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "fetch/catalogue.h"

namespace diolkos::fetch {

struct Options {
  std::filesystem::path folder;  // where to put it; empty: cache_folder()
  std::string mirror;            // base URL (http or https) in place of download.pytorch.org/models
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;  // bytes; total 0 while unknown
  std::chrono::seconds connect_timeout{20};
  std::chrono::seconds stall_timeout{30};  // without a byte
  int attempts = 4;                        // in a row that bring nothing new; each goes on where the last one ended
  std::chrono::milliseconds retry_delay{1000};
};

// $XDG_CACHE_HOME/diolkos, or ~/.cache/diolkos. An error where neither variable is set.
Result<std::filesystem::path> cache_folder();

// The file's path, downloaded if it is not there yet, verified if it is. Two processes may fetch the same file at
// once: the second waits. What came of a download that failed stays as NAME.part and is gone on with the next time.
// Errors name the URL, what happened and what to do. An unknown name is a usage error with the nearest known one.
Result<std::filesystem::path> fetch(std::string_view name, const Options& options = {});
Result<std::filesystem::path> fetch(const Weights& weights, const Options& options);

}  // namespace diolkos::fetch
