// Softmax, ArgMax and ArgMin of integers, over plain tensors.
#include <cmath>
#include <string>
#include <utility>

#include "kernels/integer/scores.h"
#include "runtime/class_axis.h"
#include "runtime/plan_integer.h"

namespace diolkos::runtime {
namespace {

namespace integer = kernels::integer;
using graph::Node;
using graph::Op;
using graph::ValueId;

// `axis` absent from the node: `otherwise`. None where the tensor is not one of stored integers, or empty.
std::optional<integer::Classes> classes_of(const Planner& planner, const Node& node, std::int64_t otherwise) {
  const DType dtype = planner.type(node.input(0)).dtype;
  const auto around = around_classes(planner, node, otherwise);
  if (!is_stored(dtype) || !around) return std::nullopt;
  return integer::Classes{around->outer, around->extent, around->inner, dtype, planner.options().isa};
}

bool has_one_scale(const Planner& planner, ValueId id) {
  const auto& q = planner.type(id).quantization;
  return q && q->scales.size() == 1 && q->scales[0] > 0 && std::isfinite(q->scales[0] * 65536);
}

}  // namespace

Result<bool> plan_integer_softmax(Planner& planner, const Node& node) {
  const ValueId x = node.input(0), y = node.output();
  const auto classes = classes_of(planner, node, -1);
  if (!classes || planner.type(y).dtype != classes->dtype || !has_one_scale(planner, x) || !has_one_scale(planner, y))
    return false;
  integer::Softmax softmax;
  softmax.classes = *classes;
  softmax.scale_x = scale_of(planner, x);
  softmax.inverse = 1.0f / scale_of(planner, y);
  softmax.zero_x = zero_of(planner, x);
  softmax.zero_y = zero_of(planner, y);
  const Limits limits = limits_of(classes->dtype);
  softmax.low = limits.low;
  softmax.high = limits.high;
  if (softmax.inverse > integer::kMostSteps || softmax.zero_y < limits.low || softmax.zero_y > limits.high)
    return false;
  BufferId table = kNoBuffer;
  if (classes->dtype != DType::int16) {
    auto powers = integer::softmax_powers(softmax);
    if (powers.data() == nullptr) return false;
    table = planner.constant(std::move(powers));
  }
  const BufferId input = planner.read(x, Layout::plain);
  const BufferId output = planner.write(y, Layout::plain);
  std::string kernel = "int softmax";
  if (classes->dtype != DType::int16) kernel.append(" ").append(cpu::name_of(classes->isa));
  planner.add(make_step([=](const Context& context) {
                integer::run_softmax(softmax, context.floats(table), context.bytes(input), context.bytes(output),
                                     context.pool);
              }),
              node, std::move(kernel), {input});
  return true;
}

Result<bool> plan_integer_arg(Planner& planner, const Node& node) {
  const auto classes = classes_of(planner, node, 0);
  if (!classes || classes->extent > integer::kMostClasses || planner.type(node.output()).dtype != DType::int64)
    return false;
  using integer::Wanted;
  const bool last = node.attributes.int_or("select_last_index", 0) != 0;
  const Wanted wanted = node.op == Op::ArgMax ? (last ? Wanted::last_largest : Wanted::first_largest)
                                              : (last ? Wanted::last_smallest : Wanted::first_smallest);
  const BufferId input = planner.read(node.input(0), Layout::plain);
  const BufferId output = planner.write(node.output(), Layout::plain);
  planner.add(make_step([=, classes = *classes](const Context& context) {
                integer::run_arg(classes, wanted, context.bytes(input),
                                 reinterpret_cast<std::int64_t*>(context.bytes(output)), context.pool);
              }),
              node, "int arg " + std::string(cpu::name_of(classes->isa)), {input});
  return true;
}

}  // namespace diolkos::runtime
