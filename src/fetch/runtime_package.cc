#include "fetch/runtime_package.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include <sys/utsname.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/log.h"
#include "base/nearest_name.h"
#include "fetch/fetch.h"
#include "fetch/index_page.h"
#include "fetch/unpack_wheel.h"

namespace diolkos::fetch {
namespace {

namespace fs = std::filesystem;

// The library in a wheel does not depend on the Python that the wheel is for: one is enough.
constexpr std::array kOnnxRuntime{
    Wheel{"x86_64", "onnxruntime-1.32.0-cp312-cp312-manylinux_2_28_x86_64.whl", 27780211,
          "99e1074c4b2197accd5073052a465361be17b89c093b8ffb6e6bd8f986c52df8"},
    Wheel{"aarch64", "onnxruntime-1.32.0-cp312-cp312-manylinux_2_28_aarch64.whl", 23196724,
          "e36c187006e7a7c8b8d6d57f1a209dd63f52430dca6c282b177718ad6b841054"}};
constexpr std::array kOpenVino{
    Wheel{"x86_64", "openvino-2026.4.1-22982-cp312-cp312-manylinux_2_28_x86_64.whl", 59144434,
          "6b4375c17ddcac83a5180349e2e2bb811185c261066e2a920659892d58ef0e3b"},
    Wheel{"aarch64", "openvino-2026.4.1-22982-cp312-cp312-manylinux_2_35_aarch64.whl", 30332437,
          "82efccb2f9f1bdc7e5a1996e05a3b719ebff9232dd54b44150d6d2e983a86b7d"}};
constexpr std::array kLiteRt{
    Wheel{"x86_64", "ai_edge_litert-2.3.0-cp312-cp312-manylinux_2_27_x86_64.whl", 21781762,
          "dc9f56c23e0dcf182b6c35f23fbb102ed048296588882b806d5eff7654c04c88"},
    Wheel{"aarch64", "ai_edge_litert-2.3.0-cp312-cp312-manylinux_2_27_aarch64.whl", 14380093,
          "9891611b23a87cc2ace60e4b5ee9a2ee6f0fb7f395f009470961ae6e6310e1b8"}};

constexpr std::array kPackages{
    RuntimePackage{"onnxruntime", "onnxruntime", "1.32.0", "onnxruntime/capi/libonnxruntime", kOnnxRuntime},
    RuntimePackage{"openvino", "openvino", "2026.4.1", "openvino/libs/", kOpenVino},
    RuntimePackage{"litert", "ai-edge-litert", "2.3.0", "ai_edge_litert/libLiteRt.so", kLiteRt},
};

std::string this_architecture() {
  utsname system{};
  return ::uname(&system) == 0 ? system.machine : "";
}

Result<const RuntimePackage*> find_package(std::string_view name) {
  std::vector<std::string_view> known;
  for (const RuntimePackage& one : kPackages) {
    if (one.name == name) return &one;
    known.push_back(one.name);
  }
  return failure(ErrorCode::usage, fmt::format("'{}': no runtime that can be installed from here{}; these can: {}",
                                               name, did_you_mean(name, known), fmt::join(known, ", ")));
}

Result<const Wheel*> find_wheel(const RuntimePackage& package, const std::string& architecture) {
  const auto found = std::ranges::find(package.wheels, architecture, &Wheel::architecture);
  if (found != package.wheels.end()) return &*found;
  return unsupported(
      fmt::format("{}: there is no wheel for {}, only for x86_64 and aarch64", package.name, architecture));
}

std::string index_of(const InstallOptions& options) {
  std::string index = options.index;
  if (const char* given = std::getenv("PIP_INDEX_URL"); index.empty() && given != nullptr) index = given;
  if (index.empty()) index = "https://pypi.org/simple";
  while (index.ends_with('/')) index.pop_back();
  return index;
}

// The wheel, downloaded and checked, in `folder`.
Result<fs::path> download(const RuntimePackage& package, const Wheel& wheel, const InstallOptions& options,
                          const fs::path& folder) {
  TRY_ASSIGN(const std::string address,
             find_in_index(fmt::format("{}/{}/", index_of(options), package.project), wheel.file, folder));
  Options fetch_options;
  fetch_options.folder = folder;
  fetch_options.mirror = address.substr(0, address.rfind('/'));
  fetch_options.progress = options.progress;
  return fetch({package.name, wheel.file, wheel.bytes, wheel.sha256}, fetch_options);
}

}  // namespace

std::span<const RuntimePackage> runtime_packages() { return kPackages; }

Result<fs::path> install_runtime(std::string_view name, const InstallOptions& options) {
  TRY_ASSIGN(const RuntimePackage* package, find_package(name));
  TRY_ASSIGN(const Wheel* wheel,
             find_wheel(*package, options.architecture.empty() ? this_architecture() : options.architecture));
  if (options.folder.empty() && wheel->architecture != this_architecture())
    return failure(ErrorCode::usage, fmt::format("for {} on a machine of {}: name a folder to install into (-o)",
                                                 wheel->architecture, this_architecture()));
  fs::path cache = options.folder;
  if (cache.empty()) {
    TRY_ASSIGN(cache, cache_folder());
  }
  const fs::path runtimes = cache / "runtimes";
  const fs::path target = runtimes / fmt::format("{}-{}", package->name, package->version);
  std::error_code error;
  if (fs::exists(target, error)) return target;
  const fs::path downloads = runtimes / "downloads";
  fs::create_directories(downloads, error);
  if (error) return io_failure(fmt::format("{}: cannot make this folder: {}", downloads.string(), error.message()));
  TRY_ASSIGN(const fs::path file, download(*package, *wheel, options, downloads));
  const fs::path unpacked = fmt::format("{}.unpacking-{}", target.string(), ::getpid());
  Status status = unpack_wheel(file, package->wanted, unpacked);
  if (status) {
    fs::rename(unpacked, target, error);
    if (error && !fs::exists(target)) status = io_failure(fmt::format("{}: {}", target.string(), error.message()));
  }
  fs::remove_all(unpacked, error);
  TRY(status);
  fs::remove(file, error);
  return target;
}

}  // namespace diolkos::fetch
