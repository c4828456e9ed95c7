// PyTorch's C++ library: our graph through ATen's operators, as PyTorch itself runs it without a compiler.
#include <ATen/Context.h>
#include <torch/csrc/api/include/torch/version.h>

#include "kit/nvidia_gpu.h"
#include "kit/runtime.h"
#include "libtorch/session.h"

namespace diolkos::plugin {
namespace {

class LibTorch : public Runtime {
 public:
  // Of the headers that this was compiled with: the library is bound to them by its soname.
  Result<std::string> version() override { return std::string(TORCH_VERSION); }

  Result<std::vector<Device>> devices() override {
    std::vector<Device> devices{{"cpu", at::hasMKLDNN() ? "ATen with oneDNN" : "ATen"}};
    if (has_nvidia_gpu() && at::hasCUDA()) devices.push_back({"cuda:0", "ATen with CUDA"});
    return devices;
  }

  Result<std::vector<Capability>> capabilities() override {
    TRY_ASSIGN(const std::vector<Device> present, devices());
    std::vector<Capability> capabilities;
    for (const Device& device : present) {
      capabilities.push_back({"onnx", "fp32", device.id});
      capabilities.push_back({"onnx", "bf16", device.id});
      if (device.id != "cpu") capabilities.push_back({"onnx", "fp16", device.id});
    }
    return capabilities;
  }

  double tolerance(std::string_view precision) const override {
    if (precision == "fp16") return 2e-2;
    return precision == "bf16" ? 1e-1 : 1e-3;
  }

  Result<std::unique_ptr<Model>> load(const diolkos_load_options& options) override {
    return libtorch::load_session(options);
  }
};

}  // namespace
}  // namespace diolkos::plugin

DIOLKOS_EXPORT_PLUGIN(diolkos::plugin::LibTorch, "libtorch", true)
