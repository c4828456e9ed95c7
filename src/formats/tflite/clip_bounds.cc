#include "formats/tflite/clip_bounds.h"

namespace diolkos::tflite {

std::optional<ClipBounds> clip_bounds(const graph::Graph& graph, const graph::Node& node) {
  ClipBounds bounds;
  if (node.op == graph::Op::Relu) {
    bounds.low = 0;
    return bounds;
  }
  if (node.op != graph::Op::Clip) return std::nullopt;
  for (std::size_t i = 1; i < 3; ++i) {
    if (node.input(i) == graph::kNoValue) continue;
    const auto bound = graph::constant_scalar(graph, node.input(i));
    if (!bound) return std::nullopt;
    (i == 1 ? bounds.low : bounds.high) = *bound;
  }
  return bounds;
}

std::optional<Activation> activation_of(const ClipBounds& bounds) {
  constexpr float kUnbounded = std::numeric_limits<float>::max();  // what some exporters write for "none"
  if (bounds.low == 0 && bounds.high >= kUnbounded) return Activation::relu;
  if (bounds.low == 0 && bounds.high == 6) return Activation::relu6;
  if (bounds.low == -1 && bounds.high == 1) return Activation::relu_n1_to_1;
  return std::nullopt;
}

}  // namespace diolkos::tflite
