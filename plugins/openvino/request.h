// One model in OpenVINO.
#pragma once

#include <memory>
#include <string>

#include "kit/runtime.h"
#include "openvino/api.h"

namespace diolkos::plugin::ov {

// "cpu", "gpu:0", "npu" of OpenVINO's "CPU", "GPU.0", "NPU", and back.
std::string to_contract_device(std::string name);
std::string to_openvino_device(std::string id);

Result<std::unique_ptr<Model>> load_request(const Api& api, Core* core, const diolkos_load_options& options);

}  // namespace diolkos::plugin::ov
