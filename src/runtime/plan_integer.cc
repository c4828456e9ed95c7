#include "runtime/plan_integer.h"

#include <algorithm>
#include <cmath>

#include "reference/quantized/fixed_point.h"

namespace diolkos::runtime {
namespace {

using graph::kNoValue;
using graph::Node;
using graph::Op;
using graph::ValueId;

std::int32_t stored(float bound, float scale, std::int32_t zero, const Limits& limits) {
  const double value = std::round(static_cast<double>(bound) / scale) + zero;
  return static_cast<std::int32_t>(std::clamp<double>(value, limits.low, limits.high));
}

// The bounds of a Relu, or of a Clip with constant ones.
std::optional<Limits> bounds_of(const Planner& planner, const graph::Graph& graph, const Node& node) {
  const ValueId y = node.output();
  Limits limits = limits_of(planner.type(y).dtype);
  const Limits whole = limits;
  if (node.op == Op::Relu) {
    limits.low = std::max(limits.low, zero_of(planner, y));
    return limits;
  }
  for (std::size_t i = 1; i < 3; ++i) {
    if (node.input(i) == kNoValue) continue;
    const auto bound = graph::constant_scalar(graph, node.input(i));
    if (!bound) return std::nullopt;
    (i == 1 ? limits.low : limits.high) = stored(*bound, scale_of(planner, y), zero_of(planner, y), whole);
  }
  return limits;
}

}  // namespace

Limits limits_of(DType dtype) {
  if (dtype == DType::int16) return {-32768, 32767};
  return dtype == DType::int8 ? Limits{-128, 127} : Limits{0, 255};
}

bool is_stored(DType dtype) { return dtype == DType::int8 || dtype == DType::uint8 || dtype == DType::int16; }

bool is_integer_image(const Planner& planner, ValueId id) {
  if (id == kNoValue) return false;
  const graph::TensorType& type = planner.type(id);
  return is_stored(type.dtype) && type.shape.rank() == 4 && type.shape.elements() > 0 && type.quantization &&
         type.quantization->scales.size() == 1 && type.quantization->scales[0] > 0;
}

kernels::integer::Image integer_image(const graph::TensorType& type) {
  const Shape& shape = type.shape;
  return {shape[0], shape[1], shape[2], shape[3], type.dtype};
}

float scale_of(const Planner& planner, ValueId id) { return planner.type(id).quantization->scales[0]; }
std::int32_t zero_of(const Planner& planner, ValueId id) { return planner.type(id).quantization->zero_points[0]; }

bool same_parameters(const Planner& planner, ValueId a, ValueId b) {
  return planner.type(a).dtype == planner.type(b).dtype && scale_of(planner, a) == scale_of(planner, b) &&
         zero_of(planner, a) == zero_of(planner, b);
}

kernels::integer::Multiplier multiplier_of(double real) {
  const auto multiplier = reference::quantized::Multiplier::of(real);
  return {multiplier.mantissa, multiplier.exponent};
}

Bounds fused_bounds(const Planner& planner, const Node& node) {
  const ValueId y = node.output();
  const Limits whole = limits_of(planner.type(y).dtype);
  const Bounds none{y, whole.low, whole.high};
  const graph::Graph& graph = planner.graph();
  if (graph.is_output(y)) return none;
  const auto users = planner.users(y);
  if (users.size() != 1) return none;
  const Node& user = graph.node(users[0]);
  if ((user.op != Op::Relu && user.op != Op::Clip) || user.input(0) != y) return none;
  if (!is_integer_image(planner, user.output()) || !same_parameters(planner, y, user.output())) return none;
  const auto limits = bounds_of(planner, graph, user);
  return limits ? Bounds{user.output(), limits->low, limits->high} : none;
}

Result<bool> plan_integer(Planner& planner, const Node& node) {
  if (node.outputs.size() != 1) return false;
  // Written already, by the step that took this node for its bounds or its sum.
  const bool bounds = node.op == Op::Relu || node.op == Op::Clip;
  if (bounds && planner.has(node.output(), Layout::pixels)) return true;
  if (node.op == Op::Add && planner.has(fused_bounds(planner, node).value, Layout::pixels)) return true;
  switch (node.op) {
    case Op::Conv: return plan_integer_convolution(planner, node);
    case Op::Add:
    case Op::Sub:
    case Op::Mul: return plan_integer_sum(planner, node);
    case Op::QuantizeLinear: return plan_integer_quantize(planner, node);
    case Op::DequantizeLinear: return plan_integer_dequantize(planner, node);
    case Op::MaxPool:
    case Op::AveragePool: return plan_integer_pool(planner, node);
    case Op::GlobalAveragePool:
    case Op::ReduceMean: return plan_integer_mean(planner, node);
    case Op::Resize: return plan_integer_resize(planner, node);
    case Op::Concat: return plan_integer_concat(planner, node);
    case Op::Pad: return plan_integer_pad(planner, node);
    case Op::Softmax: return plan_integer_softmax(planner, node);
    case Op::ArgMax:
    case Op::ArgMin: return plan_integer_arg(planner, node);
    default: return plan_integer_table(planner, node);
  }
}

}  // namespace diolkos::runtime
