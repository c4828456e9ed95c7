// OpenVINO: CPU, and Intel's GPUs and NPUs where their plugins find them.
#include <optional>

#include "kit/runtime.h"
#include "openvino/api.h"
#include "openvino/request.h"

namespace diolkos::plugin {
namespace {

class OpenVino : public Runtime {
 public:
  Result<std::string> version() override {
    if (!api_) {
      TRY_ASSIGN(api_, ov::open_api());
      TRY(api_->check(api_->create_core(&core_), "starting"));
    }
    ov::Version version{};
    TRY(api_->check(api_->get_version(&version), "asking for the version"));
    std::string text = version.build;
    api_->free_version(&version);
    return text;
  }

  Result<std::vector<Device>> devices() override {
    ov::DeviceList list{};
    TRY(api_->check(api_->available_devices(core_, &list), "asking for devices"));
    std::vector<Device> devices;
    for (std::size_t i = 0; i < list.count; ++i)
      devices.push_back({ov::to_contract_device(list.names[i]), property(list.names[i], "FULL_DEVICE_NAME")});
    api_->free_devices(&list);
    return devices;
  }

  Result<std::vector<Capability>> capabilities() override {
    TRY_ASSIGN(const std::vector<Device> present, devices());
    std::vector<Capability> capabilities;
    for (const Device& device : present) {
      const std::string can = property(ov::to_openvino_device(device.id).c_str(), "OPTIMIZATION_CAPABILITIES");
      capabilities.push_back({"onnx", "fp32", device.id});
      if (can.find("INT8") != can.npos) capabilities.push_back({"onnx", "int8", device.id});
      if (can.find("FP16") != can.npos) capabilities.push_back({"onnx", "fp16", device.id});
      if (can.find("BF16") != can.npos) capabilities.push_back({"onnx", "bf16", device.id});
    }
    return capabilities;
  }

  double tolerance(std::string_view precision) const override {
    if (precision == "bf16") return 1e-1;
    return precision == "fp16" ? 2e-2 : 1e-3;
  }

  Result<std::unique_ptr<Model>> load(const diolkos_load_options& options) override {
    return ov::load_request(*api_, core_, options);
  }

 private:
  std::string property(const char* device, const char* key) const {
    char* value = nullptr;
    if (api_->core_property(core_, device, key, &value) != 0) return "";
    std::string text = value;
    api_->free_text(value);
    return text;
  }

  std::optional<ov::Api> api_;
  ov::Core* core_ = nullptr;
};

}  // namespace
}  // namespace diolkos::plugin

DIOLKOS_EXPORT_PLUGIN(diolkos::plugin::OpenVino, "openvino", true)
