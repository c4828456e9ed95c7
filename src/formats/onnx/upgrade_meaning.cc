#include "formats/onnx/upgrade_rules.h"

namespace diolkos::formats::onnx_io {

// Softmax(x) {axis=k} -> Reshape(Softmax(Flatten(x) {axis=k}) {axis=-1}, Shape(x)), as opsets below 13 define it:
// over all axes from k on. Over the last axis alone both meanings agree.
Status flatten_softmax(Upgrade& upgrade) {
  PendingNode& node = upgrade.node;
  const std::int64_t axis = node.attributes.int_or("axis", 1);
  if (axis == -1) return {};
  if (node.inputs.size() != 1 || node.inputs[0] == graph::kNoValue) return invalid("expected one input");
  const auto op = graph::op_named(node.op);
  const graph::ValueId rows = upgrade.add(graph::Op::Flatten, "flat", node.inputs, {{"axis", graph::Attribute(axis)}});
  const graph::ValueId normal = upgrade.add(*op, "rows", {rows}, {{"axis", graph::Attribute(std::int64_t{-1})}});
  const graph::ValueId shape = upgrade.add(graph::Op::Shape, "shape", node.inputs);
  node.op = "Reshape";
  node.inputs = {normal, shape};
  node.attributes = {{"allowzero", graph::Attribute(std::int64_t{1})}};
  return {};
}

// Sum(a, b, c) -> Add(Add(a, b), c); of one input Identity
Status sum_to_adds(Upgrade& upgrade) {
  PendingNode& node = upgrade.node;
  for (const graph::ValueId input : node.inputs)
    if (input == graph::kNoValue) return invalid("an input is absent");
  if (node.inputs.size() < 2) {
    node.op = "Identity";
    return {};
  }
  graph::ValueId sum = node.inputs[0];
  for (std::size_t i = 1; i + 1 < node.inputs.size(); ++i)
    sum = upgrade.add(graph::Op::Add, "sum_" + std::to_string(i), {sum, node.inputs[i]});
  node.op = "Add";
  node.inputs = {sum, node.inputs.back()};
  return {};
}

// scale of G groups -> Reshape(Expand(Reshape(scale, [G,1]), [G,C/G]), [-1]), C being x's channels; the bias too
Status scale_channels_not_groups(Upgrade& upgrade) {
  PendingNode& node = upgrade.node;
  const std::int64_t groups = node.attributes.int_or("num_groups", 0);
  if (node.inputs.size() != 3 || groups < 1) return invalid("expected three inputs and num_groups");
  const auto one = [&](std::string_view role, std::int64_t value) {
    return upgrade.constant(role, Tensor::of<std::int64_t>(Shape{1}, {{value}}));
  };
  const graph::ValueId channels = upgrade.add(graph::Op::Shape, "channels", {node.inputs[0]},
                                              {{"start", std::int64_t{1}}, {"end", std::int64_t{2}}});
  const graph::ValueId count = one("groups", groups);
  const graph::ValueId each = upgrade.add(graph::Op::Div, "of_group", {channels, count});
  const graph::ValueId shape = upgrade.add(graph::Op::Concat, "shape", {count, each}, {{"axis", std::int64_t{0}}});
  const graph::ValueId column =
      upgrade.constant("column", Tensor::of<std::int64_t>(Shape{2}, std::vector<std::int64_t>{groups, 1}));
  for (std::size_t i = 1; i < 3; ++i) {
    const std::string name = i == 1 ? "scale" : "bias";
    const graph::ValueId wide = upgrade.add(
        graph::Op::Expand, name + "_wide",
        {upgrade.add(graph::Op::Reshape, name + "_column", {node.inputs[i], column}), shape});
    node.inputs[i] = upgrade.add(graph::Op::Reshape, name, {wide, one(name + "_flat", -1)});
  }
  return {};
}

Status drop_dropout_ratio(Upgrade& upgrade) {
  upgrade.node.attributes.erase("ratio");
  return {};
}

Status refuse_training_outputs(Upgrade& upgrade) {
  if (upgrade.node.outputs == 1) return {};
  return unsupported("asks for the batch's statistics, as in training; export the network in evaluation mode");
}

Status refuse_training_mode(Upgrade& upgrade) {
  const PendingNode& node = upgrade.node;
  bool training = node.op == "BatchNormalization" && node.attributes.int_or("training_mode", 0) != 0;
  if (node.op == "Dropout" && node.inputs.size() > 2) {
    const Tensor* flag = upgrade.constant_of(node.inputs[2]);
    training = flag != nullptr && flag->elements() == 1 && flag->data()[0] != std::byte{0};
  }
  if (!training) return {};
  return unsupported("training_mode is set, Diolkos only infers; export the network in evaluation mode");
}

}  // namespace diolkos::formats::onnx_io
