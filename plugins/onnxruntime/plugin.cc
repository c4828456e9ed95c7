// ONNX Runtime: its CPU provider, and the CUDA and TensorRT providers of a build that has them.
#include <optional>
#include <set>

#include "kit/nvidia_gpu.h"
#include "kit/runtime.h"
#include "onnxruntime/library.h"
#include "onnxruntime/session.h"

namespace diolkos::plugin {
namespace {

class OnnxRuntime : public Runtime {
 public:
  Result<std::string> version() override {
    if (!library_) {
      TRY_ASSIGN(library_, ort::Runtime::open());
    }
    return library_->version();
  }

  Result<std::vector<Device>> devices() override {
    TRY_ASSIGN(const std::set<std::string> providers, available_providers());
    std::vector<Device> devices{{"cpu", "CPU provider"}};
    if (!has_nvidia_gpu()) return devices;
    if (providers.contains("CUDAExecutionProvider")) devices.push_back({"cuda:0", "CUDA provider"});
    if (providers.contains("TensorrtExecutionProvider")) devices.push_back({"tensorrt:0", "TensorRT provider"});
    return devices;
  }

  Result<std::vector<Capability>> capabilities() override {
    TRY_ASSIGN(const std::vector<Device> present, devices());
    std::vector<Capability> capabilities;
    for (const Device& device : present) {
      capabilities.push_back({"onnx", "fp32", device.id});
      if (device.id == "cpu") capabilities.push_back({"onnx", "int8", device.id});
      if (device.id == "tensorrt:0") capabilities.push_back({"onnx", "fp16", device.id});
    }
    return capabilities;
  }

  double tolerance(std::string_view precision) const override { return precision == "fp16" ? 2e-2 : 1e-3; }

  Result<std::unique_ptr<Model>> load(const diolkos_load_options& options) override {
    return ort::load_session(*library_, options);
  }

 private:
  Result<std::set<std::string>> available_providers() const {
    char** names = nullptr;
    int count = 0;
    TRY(library_->call(ort::kAvailableProviders, &names, &count));
    std::set<std::string> providers(names, names + count);
    TRY(library_->call(ort::kReleaseAvailableProviders, names, count));
    return providers;
  }

  std::optional<ort::Runtime> library_;
};

}  // namespace
}  // namespace diolkos::plugin

DIOLKOS_EXPORT_PLUGIN(diolkos::plugin::OnnxRuntime, "onnxruntime", false)
