// TensorRT: an ONNX network compiled into an engine for one GPU, or a Jetson's DLA.
#include <filesystem>
#include <optional>

#include "kit/nvidia_gpu.h"
#include "kit/runtime.h"
#include "tensorrt/library.h"
#include "tensorrt/session.h"

namespace diolkos::plugin {
namespace {

// Looked at instead of asked: asking CUDA would start the device.
bool exists(const char* path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}
bool has_dla() { return exists("/dev/nvhost-nvdla0") || exists("/dev/nvhost-ctrl-nvdla0"); }

class TensorRt : public Runtime {
 public:
  Result<std::string> version() override {
    if (!libraries_) {
      TRY_ASSIGN(libraries_, tensorrt::Libraries::open());
    }
    if (!has_nvidia_gpu()) return unsupported("TensorRT " + libraries_->version() + " is here, an NVIDIA GPU is not");
    return libraries_->version();
  }

  Result<std::vector<Device>> devices() override {
    std::vector<Device> devices{{"cuda:0", "NVIDIA GPU"}};
    if (has_dla()) devices.push_back({"dla:0", "deep learning accelerator"});
    return devices;
  }

  Result<std::vector<Capability>> capabilities() override {
    TRY_ASSIGN(const std::vector<Device> present, devices());
    std::vector<Capability> capabilities;
    for (const Device& device : present) {
      const bool dla = device.id.starts_with("dla");
      if (!dla) capabilities.push_back({"onnx", "fp32", device.id});
      capabilities.push_back({"onnx", "fp16", device.id});
      capabilities.push_back({"onnx", "int8", device.id});
    }
    return capabilities;
  }

  double tolerance(std::string_view precision) const override {
    if (precision == "int8") return 2e-1;
    return precision == "fp16" ? 2e-2 : 1e-3;
  }

  Result<std::unique_ptr<Model>> load(const diolkos_load_options& options) override {
    return tensorrt::load_session(*libraries_, options);
  }

 private:
  std::optional<tensorrt::Libraries> libraries_;
};

}  // namespace
}  // namespace diolkos::plugin

DIOLKOS_EXPORT_PLUGIN(diolkos::plugin::TensorRt, "tensorrt", true)
