#include "formats/onnx/upgrade.h"

#include <array>
#include <limits>

#include <fmt/format.h>

#include "formats/onnx/upgrade_rules.h"

namespace diolkos::formats::onnx_io {
namespace {

constexpr int kAlways = std::numeric_limits<int>::max();

struct Rule {
  std::string_view op;
  int below;  // applies to opsets under this one
  Status (*apply)(Upgrade& upgrade);
};

// In order: a rule sees what the ones before it made.
constexpr std::array kRules{
    Rule{"Clip", 11, clip_bounds_to_inputs},
    Rule{"Pad", 11, pads_to_inputs},
    Rule{"Slice", 10, slice_bounds_to_inputs},
    Rule{"Squeeze", 13, axes_to_input},
    Rule{"Unsqueeze", 13, axes_to_input},
    Rule{"ReduceSum", 13, axes_to_input},
    Rule{"ReduceMean", 18, axes_to_input},
    Rule{"ReduceMax", 18, axes_to_input},
    Rule{"ReduceMin", 18, axes_to_input},
    Rule{"ReduceProd", 18, axes_to_input},
    Rule{"Split", 13, split_sizes_to_input},
    Rule{"Split", 18, count_split_outputs},
    Rule{"Upsample", kAlways, upsample_to_resize},
    Rule{"Resize", 11, resize_without_modes},
    Rule{"Resize", kAlways, drop_empty_resize_inputs},
    Rule{"Softmax", 13, flatten_softmax},
    Rule{"LogSoftmax", 13, flatten_softmax},
    Rule{"Sum", kAlways, sum_to_adds},
    Rule{"GroupNormalization", 21, scale_channels_not_groups},
    Rule{"Dropout", 12, drop_dropout_ratio},
    Rule{"Dropout", kAlways, refuse_training_mode},
    Rule{"BatchNormalization", 14, refuse_training_outputs},
    Rule{"BatchNormalization", kAlways, refuse_training_mode},
};

}  // namespace

Status upgrade_node(Upgrade& upgrade) {
  for (const Rule& rule : kRules)
    if (upgrade.opset < rule.below && upgrade.node.op == rule.op) TRY(rule.apply(upgrade));
  return {};
}

std::string Upgrade::helper_name(std::string_view role) const {
  std::string name = fmt::format("{}/{}", node.name, role);
  while (file_.names.contains(name)) name += '_';
  return name;
}

graph::ValueId Upgrade::constant(std::string_view role, Tensor tensor) {
  return graph_.add_constant(helper_name(role), std::move(tensor));
}

graph::ValueId Upgrade::add(graph::Op op, std::string_view role, std::vector<graph::ValueId> inputs,
                            graph::Attributes attributes) {
  return graph_.add(op, helper_name(role), std::move(inputs), std::move(attributes));
}

graph::ValueId Upgrade::float_constant(std::string_view role, float value, graph::ValueId like) {
  const Tensor tensor = Tensor::scalar(value);
  if (file_.only_float32) return constant(role, tensor);
  return add(graph::Op::CastLike, role, {constant(fmt::format("{}32", role), tensor), like});
}

const Tensor* Upgrade::constant_of(graph::ValueId id) const {
  if (id == graph::kNoValue || !graph_.value(id).is_constant()) return nullptr;
  return &*graph_.value(id).constant;
}

Result<std::optional<std::vector<std::int64_t>>> Upgrade::take_ints(std::string_view attribute) {
  const graph::Attribute* found = node.attributes.find(attribute);
  if (found == nullptr) return std::optional<std::vector<std::int64_t>>();
  const auto* values = std::get_if<std::vector<std::int64_t>>(found);
  if (values == nullptr) return invalid(fmt::format("attribute '{}' is not a list of integers", attribute));
  std::optional<std::vector<std::int64_t>> taken = *values;
  node.attributes.erase(attribute);
  return taken;
}

Result<std::optional<float>> Upgrade::take_float(std::string_view attribute) {
  const graph::Attribute* found = node.attributes.find(attribute);
  if (found == nullptr) return std::optional<float>();
  const auto* value = std::get_if<float>(found);
  if (value == nullptr) return invalid(fmt::format("attribute '{}' is not a number", attribute));
  const std::optional<float> taken = *value;
  node.attributes.erase(attribute);
  return taken;
}

void Upgrade::set_input(std::size_t index, graph::ValueId value) {
  if (node.inputs.size() <= index) node.inputs.resize(index + 1, graph::kNoValue);
  node.inputs[index] = value;
}

}  // namespace diolkos::formats::onnx_io
