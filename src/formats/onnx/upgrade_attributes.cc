#include "formats/onnx/upgrade_rules.h"

namespace diolkos::formats::onnx_io {
namespace {

Tensor list(const std::vector<std::int64_t>& values) {
  return Tensor::of<std::int64_t>(Shape{static_cast<std::int64_t>(values.size())}, values);
}

// The attribute, where it is there, as input `index`.
Status move_ints(Upgrade& upgrade, std::string_view attribute, std::size_t index) {
  TRY_ASSIGN(const auto values, upgrade.take_ints(attribute));
  if (values) upgrade.set_input(index, upgrade.constant(attribute, list(*values)));
  return {};
}

graph::ValueId first_input(const Upgrade& upgrade) {
  return upgrade.node.inputs.empty() ? graph::kNoValue : upgrade.node.inputs[0];
}

Status move_float(Upgrade& upgrade, std::string_view attribute, std::size_t index) {
  TRY_ASSIGN(const auto value, upgrade.take_float(attribute));
  if (value) upgrade.set_input(index, upgrade.float_constant(attribute, *value, first_input(upgrade)));
  return {};
}

Status need_input(const Upgrade& upgrade) {
  if (first_input(upgrade) == graph::kNoValue) return invalid("has no input");
  return {};
}

}  // namespace

Status clip_bounds_to_inputs(Upgrade& upgrade) {
  TRY(need_input(upgrade));
  TRY(move_float(upgrade, "min", 1));
  return move_float(upgrade, "max", 2);
}

Status pads_to_inputs(Upgrade& upgrade) {
  TRY(need_input(upgrade));
  TRY(move_ints(upgrade, "pads", 1));
  return move_float(upgrade, "value", 2);
}

Status slice_bounds_to_inputs(Upgrade& upgrade) {
  TRY(move_ints(upgrade, "starts", 1));
  TRY(move_ints(upgrade, "ends", 2));
  return move_ints(upgrade, "axes", 3);
}

Status axes_to_input(Upgrade& upgrade) { return move_ints(upgrade, "axes", 1); }

Status split_sizes_to_input(Upgrade& upgrade) { return move_ints(upgrade, "split", 1); }

Status count_split_outputs(Upgrade& upgrade) {
  if (upgrade.node.inputs.size() < 2)
    upgrade.node.attributes.set("num_outputs", static_cast<std::int64_t>(upgrade.node.outputs));
  return {};
}

}  // namespace diolkos::formats::onnx_io
