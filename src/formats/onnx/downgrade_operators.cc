#include "formats/onnx/downgrade_rules.h"
#include "graph/element_type.h"
#include "graph/shape_span.h"

namespace diolkos::formats::onnx_io {

Status refuse_own_operator(Downgrade&) {
  return unsupported(
      "is an operator of Diolkos' own, which ONNX does not have; write the graph before the native passes");
}

// Swish(x) {alpha} -> Mul(x, Sigmoid(Mul(x, alpha)))
Status swish_to_sigmoid(Downgrade& downgrade) {
  OutgoingNode& out = downgrade.out;
  const std::string x = out.inputs[0];
  const float alpha = out.attributes.float_or("alpha", 1.0f);
  std::string scaled = x;
  if (alpha != 1.0f) {
    TRY_ASSIGN(std::string factor, downgrade.number("alpha", alpha, downgrade.input_type(0).dtype));
    scaled = downgrade.add("Mul", "scaled", {x, std::move(factor)});
  }
  out.op = "Mul";
  out.inputs = {x, downgrade.add("Sigmoid", "sigmoid", {scaled})};
  out.attributes = {};
  return {};
}

// HardSwish(x) -> Mul(x, HardSigmoid(x) {alpha=1/6, beta=0.5})
Status hard_swish_to_sigmoid(Downgrade& downgrade) {
  OutgoingNode& out = downgrade.out;
  const std::string x = out.inputs[0];
  out.op = "Mul";
  out.inputs = {x, downgrade.add("HardSigmoid", "gate", {x}, {{"alpha", 1.0f / 6.0f}, {"beta", 0.5f}})};
  return {};
}

Status cast_like_to_cast(Downgrade& downgrade) {
  OutgoingNode& out = downgrade.out;
  out.op = "Cast";
  out.inputs.resize(1);
  out.attributes = {{"to", graph::onnx_of_dtype(downgrade.output_type().dtype)}};
  return {};
}

// Shape(x) {start, end} -> the constant that it is
Status shape_to_constant(Downgrade& downgrade) {
  OutgoingNode& out = downgrade.out;
  if (!out.attributes.has("start") && !out.attributes.has("end")) return {};
  const Shape& shape = downgrade.input_type(0).shape;
  const auto [start, end] = graph::shape_span(out.attributes, shape.rank());
  const std::vector<std::int64_t> dims(shape.begin() + start, shape.begin() + end);
  out.op = "Constant";
  out.inputs.clear();
  out.attributes = {{"value", Tensor::of<std::int64_t>(Shape{end - start}, dims)}};
  return {};
}

}  // namespace diolkos::formats::onnx_io
