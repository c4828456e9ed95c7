// LiteRT 2: TensorFlow Lite's successor, on the CPU by XNNPACK.
#include <filesystem>
#include <optional>

#include "kit/runtime.h"
#include "litert/api.h"
#include "litert/session.h"

namespace diolkos::plugin {
namespace {

namespace fs = std::filesystem;

// The library does not tell its version; the package that it lies in does, by the name of a folder beside it.
std::string version_beside(const fs::path& library) {
  const fs::path package = library.parent_path().parent_path();
  std::error_code error;
  for (fs::directory_iterator entry(package, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    constexpr std::string_view kPrefix = "ai_edge_litert-", kEnding = ".dist-info";
    if (name.starts_with(kPrefix) && name.ends_with(kEnding))
      return name.substr(kPrefix.size(), name.size() - kPrefix.size() - kEnding.size());
  }
  const std::string folder = package.filename().string();
  constexpr std::string_view kInstalled = "litert-";
  return folder.starts_with(kInstalled) ? folder.substr(kInstalled.size()) : "2, release not told";
}

class LiteRt : public Runtime {
 public:
  Result<std::string> version() override {
    if (!opened_) {
      TRY_ASSIGN(opened_, litert::open_api());
      const litert::EnvironmentOption quiet{litert::kLeastSeverity, 0, litert::kInteger, 0, litert::kErrors};
      TRY(opened_->api.check(opened_->api.create_environment(1, &quiet, &environment_), "starting"));
    }
    return version_beside(opened_->path);
  }

  Result<std::vector<Device>> devices() override { return std::vector<Device>{{"cpu", "XNNPACK"}}; }

  Result<std::vector<Capability>> capabilities() override {
    std::vector<Capability> capabilities;
    for (const char* precision : {"fp32", "int8", "int16"}) capabilities.push_back({"tflite", precision, "cpu"});
    return capabilities;
  }

  double tolerance(std::string_view precision) const override { return precision == "fp32" ? 1e-3 : 2e-1; }

  Result<std::unique_ptr<Model>> load(const diolkos_load_options& options) override {
    return litert::load_session(opened_->api, environment_, options);
  }

 private:
  std::optional<litert::Opened> opened_;
  litert::Environment* environment_ = nullptr;
};

}  // namespace
}  // namespace diolkos::plugin

DIOLKOS_EXPORT_PLUGIN(diolkos::plugin::LiteRt, "litert", false)
