#include <string>

#include "formats/onnx/upgrade_rules.h"

namespace diolkos::formats::onnx_io {

// Upsample(x, scales) -> Resize(x, , scales)
Status upsample_to_resize(Upgrade& upgrade) {
  upgrade.node.op = "Resize";
  if (upgrade.opset >= 11) return resize_without_modes(upgrade);
  return {};  // the rule for Resize follows
}

// Resize(x, scales) -> Resize(x, , scales) {coordinate_transformation_mode=asymmetric, nearest_mode=floor}:
// the only way there was to sample.
Status resize_without_modes(Upgrade& upgrade) {
  if (upgrade.node.inputs.size() != 2) return invalid("expected two inputs, the image and its scales");
  upgrade.node.inputs = {upgrade.node.inputs[0], graph::kNoValue, upgrade.node.inputs[1]};
  upgrade.node.attributes.set("coordinate_transformation_mode", std::string("asymmetric"));
  upgrade.node.attributes.set("nearest_mode", std::string("floor"));
  return {};
}

Status drop_empty_resize_inputs(Upgrade& upgrade) {
  auto& inputs = upgrade.node.inputs;
  const std::string_view mode = upgrade.node.attributes.string_or("coordinate_transformation_mode", "half_pixel");
  if (mode == "tf_half_pixel_for_nn")
    return unsupported("coordinate_transformation_mode 'tf_half_pixel_for_nn' went with opset 13; export it again");
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    const Tensor* tensor = upgrade.constant_of(inputs[i]);
    const bool unused_roi = i == 1 && mode != "tf_crop_and_resize";
    if (unused_roi || (tensor != nullptr && tensor->elements() == 0)) inputs[i] = graph::kNoValue;
  }
  while (!inputs.empty() && inputs.back() == graph::kNoValue) inputs.pop_back();
  return {};
}

}  // namespace diolkos::formats::onnx_io
