// Element by element: sums and products of images, and what becomes integers.
#include <algorithm>
#include <utility>

#include "graph/quantize_layout.h"
#include "kernels/integer/pointwise.h"
#include "kernels/integer/quantize.h"
#include "runtime/plan_integer.h"

namespace diolkos::runtime {
namespace {

namespace integer = kernels::integer;
using graph::Node;
using graph::Op;
using graph::ValueId;

std::string named(std::string_view kernel, const Planner& planner) {
  return std::string(kernel) + " " + std::string(cpu::name_of(planner.options().isa));
}

// b's elements go along with a's: the same shape, or one value for each channel of each image (or of all).
bool lies_over(const Shape& b, const Shape& a) {
  if (a == b) return true;
  return b.rank() == 4 && b[1] == a[1] && b[2] == 1 && b[3] == 1 && (b[0] == a[0] || b[0] == 1);
}

void set_layout(const Planner& planner, ValueId a, ValueId b, integer::Pointwise& op) {
  const integer::Image x = integer_image(planner.type(a)), z = integer_image(planner.type(b));
  op.dtype = x.dtype;
  op.pixel = x.stride();
  op.repeats = planner.shape(a) != planner.shape(b);
  op.segments = op.repeats ? x.batch : 1;
  op.segment = op.repeats ? x.plane() * x.stride() : x.elements();
  op.b_segment = op.repeats && z.batch > 1 ? z.stride() : 0;
}

void set_arithmetic(const Planner& planner, const Node& node, ValueId a, ValueId b, const Bounds& bounds,
                    integer::Pointwise& op) {
  const std::int32_t offset = integer_image(planner.type(a)).offset();
  const float scale_a = scale_of(planner, a), scale_b = scale_of(planner, b),
              scale_y = scale_of(planner, node.output());
  op.product = node.op == Op::Mul;
  op.sign = node.op == Op::Sub ? -1 : 1;
  op.shift = op.dtype == DType::int16 ? 15 : 20;
  if (op.product) {
    op.to_y = multiplier_of(static_cast<double>(scale_a * scale_b / scale_y));
  } else {
    const double twice = 2 * static_cast<double>(std::max(scale_a, scale_b));
    op.to_a = multiplier_of(static_cast<double>(scale_a) / twice);
    op.to_b = multiplier_of(static_cast<double>(scale_b) / twice);
    op.to_y = multiplier_of(twice / ((1 << op.shift) * static_cast<double>(scale_y)));
  }
  op.zero_a = zero_of(planner, a) + offset;
  op.zero_b = zero_of(planner, b) + offset;
  op.zero_y = zero_of(planner, node.output()) + offset;
  op.low = bounds.low + offset;
  op.high = bounds.high + offset;
}

}  // namespace

std::optional<integer::Pointwise> pointwise_of(const Planner& planner, const Node& node, ValueId a, ValueId b,
                                               const Bounds& bounds) {
  if (!is_integer_image(planner, a) || !is_integer_image(planner, b) || !is_integer_image(planner, node.output()))
    return std::nullopt;
  const DType dtype = planner.type(node.output()).dtype;
  if (planner.type(a).dtype != dtype || planner.type(b).dtype != dtype) return std::nullopt;
  if (planner.shape(a) != planner.shape(node.output()) || !lies_over(planner.shape(b), planner.shape(a)))
    return std::nullopt;
  integer::Pointwise op;
  op.isa = planner.options().isa;
  set_layout(planner, a, b, op);
  set_arithmetic(planner, node, a, b, bounds, op);
  return op;
}

Result<bool> plan_integer_sum(Planner& planner, const Node& node) {
  TRY_ASSIGN(const bool of_one, plan_integer_table(planner, node));
  if (of_one) return true;
  ValueId a = node.input(0), b = node.input(1);
  if (node.op != Op::Sub && planner.shape(a) != planner.shape(node.output())) std::swap(a, b);
  const Bounds bounds = fused_bounds(planner, node);
  const auto op = pointwise_of(planner, node, a, b, bounds);
  if (!op) return false;
  const BufferId first = planner.read(a, Layout::pixels);
  const BufferId second = planner.read(b, Layout::pixels);
  const BufferId output = planner.write(bounds.value, Layout::pixels);
  planner.add(make_step([op = *op, first, second, output](const Context& context) {
                integer::run_pointwise(op, context.bytes(first), context.bytes(second), context.bytes(output),
                                       context.pool);
              }),
              node, named(op->product ? "int product" : "int sum", planner), {first, second});
  return true;
}

Result<bool> plan_integer_quantize(Planner& planner, const Node& node) {
  const ValueId x = node.input(0), y = node.output();
  TRY_ASSIGN(const bool of_integers, plan_integer_table(planner, node));
  if (of_integers) return true;
  if (!is_integer_image(planner, y) || !planner.is_float_image(x)) return false;
  const integer::Image image = integer_image(planner.type(y));
  integer::Quantize by;
  by.scale = scale_of(planner, y);
  by.zero = zero_of(planner, y);
  if (graph::is_defined_by_onnx(node)) by.halves = integer::Halves::to_even;
  by.dtype = image.dtype;
  by.isa = planner.options().isa;
  const BufferId input = planner.read(x, Layout::plain);
  const BufferId output = planner.write(y, Layout::plain);
  planner.add(make_step([by, count = image.pixels() * image.channels, input, output](const Context& context) {
                integer::run_quantize(by, count, context.floats(input), context.bytes(output), context.pool);
              }),
              node, "quantize", {input});
  return true;
}

}  // namespace diolkos::runtime
