// Element by element: sums, products, tables of functions, and the borders between floats and integers.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/integer/pointwise.h"
#include "reference/evaluate.h"
#include "runtime/plan_integer.h"

namespace diolkos::runtime {
namespace {

namespace integer = kernels::integer;
using graph::Node;
using graph::Op;
using graph::ValueId;

constexpr std::int64_t kElementsAtOnce = 1 << 14;

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

// Runs the reference on every value that the type holds: what a table answers with, both as held (pixels.h).
template <class In>
Result<Tensor> answers(const graph::Graph& graph, const Node& node, DType in, DType out) {
  constexpr std::int64_t kCount = std::int64_t{1} << (8 * sizeof(In));
  const bool is_signed = in != DType::uint8;
  TRY_ASSIGN(Tensor values, Tensor::zeros(in, Shape{1, 1, 1, kCount}));
  auto* const to = reinterpret_cast<In*>(values.mutable_data());
  for (std::int64_t i = 0; i < kCount; ++i) to[i] = static_cast<In>(is_signed ? i - kCount / 2 : i);
  std::vector<Tensor> inputs{values};
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    const ValueId id = node.inputs[i];
    inputs.push_back(id == graph::kNoValue ? Tensor() : *graph.value(id).constant);
  }
  TRY_ASSIGN(Tensor result, Tensor::zeros(out, Shape{1, 1, 1, kCount}));
  TRY(reference::evaluate(graph, node, inputs, std::span(&result, 1)));
  return result;
}

// In the order of the input's values from the least.
Result<Tensor> table_of(const Planner& planner, const Node& node) {
  const DType in = planner.type(node.input(0)).dtype, out = planner.type(node.output()).dtype;
  if (in == DType::int16) return answers<std::uint16_t>(planner.graph(), node, in, out);
  return answers<std::uint8_t>(planner.graph(), node, in, out);
}

template <class In, class Out>
void look_up(const In* from, const Out* table, Out* to, std::int64_t count, Out offset, ThreadPool& pool) {
  // Entry 0 is of the least value: 0 of what is held unsigned, -32768 of int16.
  constexpr auto kTurn = static_cast<In>(sizeof(In) == 2 ? 0x8000 : 0);
  pool.parallel_for((count + kElementsAtOnce - 1) / kElementsAtOnce, [&](std::int64_t part, int) {
    const std::int64_t last = std::min(count, (part + 1) * kElementsAtOnce);
    for (std::int64_t i = part * kElementsAtOnce; i < last; ++i)
      to[i] = static_cast<Out>(table[static_cast<In>(from[i] ^ kTurn)] + offset);
  });
}

bool constant_parameters(const Planner& planner, const Node& node) {
  for (std::size_t i = 1; i < node.inputs.size(); ++i)
    if (node.inputs[i] != graph::kNoValue && !planner.graph().value(node.inputs[i]).is_constant()) return false;
  return true;
}

template <class T>
T quantized(float value, float scale, std::int32_t zero) {
  const float steps = std::round(value / scale);
  const double inside = std::isnan(steps) ? 0.0 : std::clamp<double>(steps, -4e9, 4e9);
  return static_cast<T>(std::clamp<std::int64_t>(static_cast<std::int64_t>(inside) + zero,
                                                 std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
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

Result<bool> plan_integer_table(Planner& planner, const Node& node) {
  const ValueId x = node.input(0), y = node.output();
  if (!is_integer_image(planner, x) || !is_integer_image(planner, y) || !constant_parameters(planner, node))
    return false;
  TRY_ASSIGN(const Tensor table, table_of(planner, node));
  const integer::Image in = integer_image(planner.type(x)), out = integer_image(planner.type(y));
  const BufferId input = planner.read(x, Layout::pixels);
  const BufferId output = planner.write(y, Layout::pixels);
  const bool wide_in = in.element_bytes() == 2, wide_out = out.element_bytes() == 2;
  planner.add(make_step([=](const Context& context) {
                const std::int64_t count = in.elements();
                const auto run = [&]<class In, class Out>(In, Out) {
                  look_up(reinterpret_cast<const In*>(context.bytes(input)), reinterpret_cast<const Out*>(table.data()),
                          reinterpret_cast<Out*>(context.bytes(output)), count, static_cast<Out>(out.offset()),
                          context.pool);
                };
                if (wide_in && wide_out) run(std::uint16_t{}, std::uint16_t{});
                if (wide_in && !wide_out) run(std::uint16_t{}, std::uint8_t{});
                if (!wide_in && wide_out) run(std::uint8_t{}, std::uint16_t{});
                if (!wide_in && !wide_out) run(std::uint8_t{}, std::uint8_t{});
              }),
              node, "int table", {input});
  return true;
}

Result<bool> plan_integer_quantize(Planner& planner, const Node& node) {
  const ValueId x = node.input(0), y = node.output();
  if (is_integer_image(planner, x)) return plan_integer_table(planner, node);
  if (!is_integer_image(planner, y) || !planner.is_float_image(x)) return false;
  const integer::Image image = integer_image(planner.type(y));
  const float scale = scale_of(planner, y);
  const std::int32_t zero = zero_of(planner, y);
  const BufferId input = planner.read(x, Layout::plain);
  const BufferId output = planner.write(y, Layout::plain);
  planner.add(make_step([=](const Context& context) {
                const std::int64_t count = image.batch * image.channels * image.plane();
                const float* from = context.floats(input);
                const auto run = [&]<class T>(T* to) {
                  context.pool.parallel_for((count + kElementsAtOnce - 1) / kElementsAtOnce,
                                            [&](std::int64_t part, int) {
                                              const std::int64_t last = std::min(count, (part + 1) * kElementsAtOnce);
                                              for (std::int64_t i = part * kElementsAtOnce; i < last; ++i)
                                                to[i] = quantized<T>(from[i], scale, zero);
                                            });
                };
                if (image.dtype == DType::int16) run(reinterpret_cast<std::int16_t*>(context.bytes(output)));
                if (image.dtype == DType::int8) run(reinterpret_cast<std::int8_t*>(context.bytes(output)));
                if (image.dtype == DType::uint8) run(reinterpret_cast<std::uint8_t*>(context.bytes(output)));
              }),
              node, "quantize", {input});
  return true;
}

Result<bool> plan_integer_dequantize(Planner& planner, const Node& node) {
  const ValueId x = node.input(0), y = node.output();
  if (!is_integer_image(planner, x) || planner.type(y).dtype != DType::float32 || !constant_parameters(planner, node))
    return false;
  TRY_ASSIGN(const Tensor table, table_of(planner, node));
  const integer::Image image = integer_image(planner.type(x));
  const BufferId input = planner.read(x, Layout::plain);
  const BufferId output = planner.write(y, Layout::plain);
  planner.add(
      make_step([=](const Context& context) {
        const std::int64_t count = image.batch * image.channels * image.plane();
        const auto run = [&]<class In>(const In* from, In turn) {
          const auto* values = reinterpret_cast<const float*>(table.data());
          context.pool.parallel_for((count + kElementsAtOnce - 1) / kElementsAtOnce, [&](std::int64_t part, int) {
            const std::int64_t last = std::min(count, (part + 1) * kElementsAtOnce);
            for (std::int64_t i = part * kElementsAtOnce; i < last; ++i)
              context.floats(output)[i] = values[static_cast<In>(from[i] ^ turn)];
          });
        };
        if (image.dtype == DType::int16)
          run(reinterpret_cast<const std::uint16_t*>(context.bytes(input)), std::uint16_t{0x8000});
        else
          run(reinterpret_cast<const std::uint8_t*>(context.bytes(input)), static_cast<std::uint8_t>(image.offset()));
      }),
      node, "dequantize", {input});
  return true;
}

}  // namespace diolkos::runtime
