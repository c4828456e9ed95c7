// Runtimes' libraries out of wheels of the Python Package Index: pinned, checked, put into the user's cache.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace diolkos::fetch {

struct Wheel {
  std::string_view architecture;  // "x86_64", "aarch64"
  std::string_view file;
  std::uint64_t bytes;
  std::string_view sha256;
};

struct RuntimePackage {
  std::string_view name;     // "onnxruntime": of the plugin
  std::string_view project;  // at the index
  std::string_view version;
  std::string_view wanted;   // what the paths in the wheel begin with that are kept, licences aside
  std::span<const Wheel> wheels;
};

std::span<const RuntimePackage> runtime_packages();

struct InstallOptions {
  std::filesystem::path folder{};  // empty: cache_folder()
  std::string index{};             // empty: $PIP_INDEX_URL, else https://pypi.org/simple
  std::string architecture{};      // empty: this machine's
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

// The folder FOLDER/runtimes/NAME-VERSION, made if it is not there yet; it appears whole or not at all. An unknown name
// is a usage error that lists the known ones.
Result<std::filesystem::path> install_runtime(std::string_view name, const InstallOptions& options = {});

}  // namespace diolkos::fetch
