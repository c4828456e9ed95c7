// Planning of quantized operators on integer kernels: bit for bit what reference/quantized gives.
#pragma once

#include <optional>

#include "kernels/integer/fixed_point.h"
#include "kernels/integer/pixels.h"
#include "kernels/integer/pointwise.h"
#include "runtime/planner.h"

namespace diolkos::runtime {

bool is_stored(DType dtype);  // int8, uint8 or int16
// Of those types, of rank 4 with one scale.
bool is_integer_image(const Planner& planner, graph::ValueId id);
kernels::integer::Image integer_image(const graph::TensorType& type);
float scale_of(const Planner& planner, graph::ValueId id);
std::int32_t zero_of(const Planner& planner, graph::ValueId id);
bool same_parameters(const Planner& planner, graph::ValueId a, graph::ValueId b);
kernels::integer::Multiplier multiplier_of(double real);  // as TFLite prepares it

struct Limits {
  std::int32_t low, high;
};
Limits limits_of(DType dtype);  // of int8, uint8 or int16

struct Bounds {
  graph::ValueId value;    // what the step writes: the operator's output, or that of the Relu or Clip behind it
  std::int32_t low, high;  // as meant
};
// A Relu or Clip that alone reads the node's output, on its scale, becomes the step's own.
Bounds fused_bounds(const Planner& planner, const graph::Node& node);

// The node, Add, Sub or Mul, as arithmetic on images `a`, of the output's shape, and `b`. None where it is not on such.
std::optional<kernels::integer::Pointwise> pointwise_of(const Planner& planner, const graph::Node& node,
                                                        graph::ValueId a, graph::ValueId b, const Bounds& bounds);

Result<bool> plan_integer(Planner& planner, const graph::Node& node);  // by operator; false where none takes it

Result<bool> plan_integer_convolution(Planner& planner, const graph::Node& node);
Result<bool> plan_integer_sum(Planner& planner, const graph::Node& node);    // Add, Sub, Mul
Result<bool> plan_integer_table(Planner& planner, const graph::Node& node);  // functions of one value's elements
Result<bool> plan_integer_quantize(Planner& planner, const graph::Node& node);
Result<bool> plan_integer_dequantize(Planner& planner, const graph::Node& node);
Result<bool> plan_integer_pool(Planner& planner, const graph::Node& node);
Result<bool> plan_integer_mean(Planner& planner, const graph::Node& node);
Result<bool> plan_integer_resize(Planner& planner, const graph::Node& node);
Result<bool> plan_integer_concat(Planner& planner, const graph::Node& node);
Result<bool> plan_integer_pad(Planner& planner, const graph::Node& node);
Result<bool> plan_integer_softmax(Planner& planner, const graph::Node& node);
Result<bool> plan_integer_arg(Planner& planner, const graph::Node& node);  // ArgMax, ArgMin

}  // namespace diolkos::runtime
