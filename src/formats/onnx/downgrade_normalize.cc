// What transformers brought, in the operators that older opsets have.
#include <numeric>

#include "formats/onnx/downgrade_rules.h"

namespace diolkos::formats::onnx_io {
namespace {

using Ints = std::vector<std::int64_t>;

Ints dims_of(const Shape& shape) { return {shape.begin(), shape.end()}; }

// 1 + erf(x / sqrt 2), or 1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)).
Result<std::string> gelu_gate(Downgrade& downgrade, const std::string& x) {
  const DType dtype = downgrade.input_type(0).dtype;
  TRY_ASSIGN(const std::string one, downgrade.number("one", 1, dtype));
  std::string bent;
  if (downgrade.out.attributes.string_or("approximate", "none") == "tanh") {
    TRY_ASSIGN(const std::string cubic, downgrade.number("cubic", 0.044715, dtype));
    TRY_ASSIGN(const std::string slope, downgrade.number("slope", 0.79788456080286535588, dtype));
    const std::string square = downgrade.add("Mul", "square", {x, x});
    const std::string cube = downgrade.add("Mul", "cube", {square, x});
    const std::string sum = downgrade.add("Add", "sum", {x, downgrade.add("Mul", "part", {cube, cubic})});
    bent = downgrade.add("Tanh", "tanh", {downgrade.add("Mul", "inner", {sum, slope})});
  } else {
    TRY_ASSIGN(const std::string root, downgrade.number("root", 0.70710678118654752440, dtype));
    bent = downgrade.add("Erf", "erf", {downgrade.add("Mul", "inner", {x, root})});
  }
  return downgrade.add("Add", "gate", {bent, one});
}

}  // namespace

// Gelu(x) -> x * 0.5 * gate
Status spell_out_gelu(Downgrade& downgrade) {
  const std::string x = downgrade.out.inputs[0];
  TRY_ASSIGN(const std::string gate, gelu_gate(downgrade, x));
  TRY_ASSIGN(const std::string half, downgrade.number("half", 0.5, downgrade.input_type(0).dtype));
  downgrade.out.op = "Mul";
  downgrade.out.inputs = {downgrade.add("Mul", "halved", {x, half}), gate};
  downgrade.out.attributes = {};
  return {};
}

// LayerNormalization(x, scale, bias) -> (x - mean) / sqrt(mean((x - mean)^2) + epsilon) * scale + bias
Status spell_out_layer_norm(Downgrade& downgrade) {
  OutgoingNode& out = downgrade.out;
  if (out.outputs.size() > 1) return downgrade.needs_opset("LayerNormalization with its moments as outputs", 17);
  const graph::TensorType& type = downgrade.input_type(0);
  const int rank = type.shape.rank();
  const std::int64_t axis = out.attributes.int_or("axis", -1);
  Ints axes(static_cast<std::size_t>(axis < 0 ? -axis : rank - axis));
  std::iota(axes.begin(), axes.end(), axis < 0 ? rank + axis : axis);
  const graph::Attributes over{{"axes", axes}};
  TRY_ASSIGN(const std::string epsilon,
             downgrade.number("epsilon", out.attributes.float_or("epsilon", 1e-5f), type.dtype));
  const std::string mean = downgrade.add("ReduceMean", "mean", {out.inputs[0]}, over);
  const std::string apart = downgrade.add("Sub", "apart", {out.inputs[0], mean});
  const std::string square = downgrade.add("Mul", "square", {apart, apart});
  const std::string variance = downgrade.add("ReduceMean", "variance", {square}, over);
  const std::string raised = downgrade.add("Add", "raised", {variance, epsilon});
  const std::string deviation = downgrade.add("Sqrt", "deviation", {raised});
  const std::string even = downgrade.add("Div", "even", {apart, deviation});
  out.attributes = {};
  if (downgrade.has_input(2)) {
    const std::string scaled = downgrade.add("Mul", "scaled", {even, out.inputs[1]});
    out.op = "Add";
    out.inputs = {scaled, out.inputs[2]};
  } else {
    out.op = "Mul";
    out.inputs = {even, out.inputs[1]};
  }
  return {};
}

// GroupNormalization(x, scale, bias) -> groups as the channels of an InstanceNormalization, then * scale + bias
Status spell_out_group_norm(Downgrade& downgrade) {
  OutgoingNode& out = downgrade.out;
  const graph::TensorType& type = downgrade.input_type(0);
  if (type.dtype != DType::float32) return downgrade.needs_opset("GroupNormalization of other types than float32", 21);
  const std::int64_t groups = out.attributes.int_or("num_groups", 1);
  const std::vector<float> ones(static_cast<std::size_t>(groups), 1.0f), zeros(ones.size(), 0.0f);
  Ints per_channel(static_cast<std::size_t>(type.shape.rank() - 1), 1);
  per_channel[0] = type.shape[1];
  const std::string of_channel = downgrade.ints("of_channel", per_channel);
  const std::string scale = downgrade.add("Reshape", "scale", {out.inputs[1], of_channel});
  const std::string bias = downgrade.add("Reshape", "bias", {out.inputs[2], of_channel});
  const std::string grouped =
      downgrade.add("Reshape", "grouped", {out.inputs[0], downgrade.ints("of_group", {type.shape[0], groups, -1})});
  const std::string even = downgrade.add("InstanceNormalization", "even",
                                         {grouped, downgrade.constant("ones", Tensor::of<float>(Shape{groups}, ones)),
                                          downgrade.constant("zeros", Tensor::of<float>(Shape{groups}, zeros))},
                                         {{"epsilon", out.attributes.float_or("epsilon", 1e-5f)}});
  const std::string shaped = downgrade.add("Reshape", "shaped", {even, downgrade.ints("shape", dims_of(type.shape))});
  const std::string scaled = downgrade.add("Mul", "scaled", {shaped, scale});
  out.op = "Add";
  out.inputs = {scaled, bias};
  out.attributes = {};
  return {};
}

}  // namespace diolkos::formats::onnx_io
