#include <algorithm>
#include <optional>

#include "kernels/eltwise/eltwise.h"
#include "runtime/activation_of.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

namespace eltwise = kernels::eltwise;
using graph::kNoValue;
using graph::Node;
using graph::ValueId;

std::int64_t floats_in(const Planner& planner, ValueId id, Layout layout) {
  if (layout == Layout::plain) return planner.shape(id).elements();
  const Shape& shape = planner.shape(id);
  return (layout == Layout::rows ? planes_of_rows(shape) : planes_of(shape)).blocked_elements();
}

// That one of the values has, where they are of one shape. A division needs blocks without idle lanes: in those there
// may be zeros.
Layout layout_of(const Planner& planner, const Node& node, std::initializer_list<ValueId> values) {
  for (const Layout layout : {Layout::blocked, Layout::rows})
    for (const ValueId id : values) {
      if (planner.type(id).dtype != DType::float32 || !planner.has(id, layout)) continue;
      if (node.op != graph::Op::Div || floats_in(planner, id, layout) == planner.shape(id).elements()) return layout;
    }
  return Layout::plain;
}

std::string named(std::string_view what, const Planner& planner) {
  return std::string(what) + " " + std::string(cpu::name_of(planner.options().isa));
}

std::optional<eltwise::Op> op_of(graph::Op op) {
  switch (op) {
    case graph::Op::Add: return eltwise::Op::add;
    case graph::Op::Sub: return eltwise::Op::subtract;
    case graph::Op::Mul: return eltwise::Op::multiply;
    case graph::Op::Div: return eltwise::Op::divide;
    case graph::Op::Max: return eltwise::Op::maximum;
    case graph::Op::Min: return eltwise::Op::minimum;
    case graph::Op::PRelu: return eltwise::Op::prelu;
    default: return std::nullopt;
  }
}

// The operator with its operands exchanged.
std::optional<eltwise::Op> exchanged(eltwise::Op op) {
  if (op == eltwise::Op::prelu) return std::nullopt;
  if (op == eltwise::Op::divide) return eltwise::Op::reversed_divide;
  return op == eltwise::Op::subtract ? eltwise::Op::reversed_subtract : op;
}

// One value a channel, the same for every pixel, for one image.
bool is_per_channel(const Shape& shape, const Shape& image) {
  if (image[0] != 1 && (shape.rank() < 4 || shape[0] != image[0])) return false;
  const int missing = 4 - shape.rank();
  if (missing < 0 || missing > 1) return false;
  const auto dim = [&](int axis) { return axis < missing ? 1 : shape[axis - missing]; };
  return dim(0) <= image[0] && dim(1) == image[1] && dim(2) == 1 && dim(3) == 1;
}

void add_binary(Planner& planner, const Node& node, const eltwise::Binary& binary, BufferId a, BufferId b,
                Layout layout) {
  const BufferId y = planner.write(node.output(), layout);
  planner.add(make_step([=](const Context& context) {
                eltwise::run_binary(binary, context.floats(a), context.floats(b), context.floats(y), context.pool);
              }),
              node, named("eltwise", planner), {a, b});
}

// a and b of one shape.
bool plan_same_shape(Planner& planner, const Node& node, eltwise::Binary binary, ValueId a, ValueId b) {
  const Layout layout = layout_of(planner, node, {a, b});
  const BufferId first = planner.read(a, layout);
  const BufferId second = planner.read(b, layout);
  binary.segment_floats = floats_in(planner, a, layout);
  add_binary(planner, node, binary, first, second, layout);
  return true;
}

bool plan_scalar(Planner& planner, const Node& node, eltwise::Binary binary, ValueId a, float scalar) {
  kernels::AlignedFloats block(16);
  if (block.data() == nullptr) return false;
  for (std::size_t i = 0; i < block.size(); ++i) block.data()[i] = scalar;
  const Layout layout = layout_of(planner, node, {a});
  const BufferId b = planner.constant(std::move(block));
  binary.segment_floats = floats_in(planner, a, layout);
  binary.b_pixel = 0;
  add_binary(planner, node, binary, planner.read(a, layout), b, layout);
  return true;
}

// One value for each index of the last axis.
bool is_per_column(const Shape& shape, const Shape& tokens) {
  return shape.rank() > 0 && tokens.rank() >= 2 && shape.elements() == shape[shape.rank() - 1] &&
         shape.elements() == tokens[tokens.rank() - 1] && tokens.elements() > 0;
}

bool is_held(const Planner& planner, ValueId id) {
  const graph::Value& value = planner.graph().value(id);
  return value.is_constant() && value.type.dtype == DType::float32 && !is_hollow(value);
}

bool plan_per_column(Planner& planner, const Node& node, eltwise::Binary binary, ValueId a, ValueId b) {
  const kernels::Planes planes = planes_of_rows(planner.shape(a));
  kernels::AlignedFloats block(static_cast<std::size_t>(kernels::blocks_of(planes.channels) * kernels::kBlock));
  if (block.data() == nullptr) return false;
  const auto values = planner.graph().value(b).constant->as<float>();
  std::fill_n(block.data(), block.size(), 1.0f);
  std::copy(values.begin(), values.end(), block.data());
  if (planes.batch != 1) return false;  // blocks of b would have to repeat
  if (node.op == graph::Op::Div && planes.channels % kernels::kBlock != 0) return false;
  const BufferId first = planner.read(a, Layout::rows);
  binary.segments = planes.batch * kernels::blocks_of(planes.channels);
  binary.segment_floats = planes.pixels * kernels::kBlock;
  binary.b_segment = kernels::kBlock;
  binary.b_pixel = 0;
  add_binary(planner, node, binary, first, planner.constant(std::move(block)), Layout::rows);
  return true;
}

bool plan_per_channel(Planner& planner, const Node& node, eltwise::Binary binary, ValueId a, ValueId b) {
  if (planner.shape(b).rank() != 4 || (node.op == graph::Op::Div && planner.shape(a)[1] % kernels::kBlock != 0))
    return false;
  const BufferId first = planner.read(a, Layout::blocked);
  const BufferId second = planner.read(b, Layout::blocked);
  const kernels::Planes planes = planes_of(planner.shape(a));
  binary.segments = planes.batch * kernels::blocks_of(planes.channels);
  binary.segment_floats = planes.pixels * kernels::kBlock;
  binary.b_segment = kernels::kBlock;
  binary.b_pixel = 0;
  add_binary(planner, node, binary, first, second, Layout::blocked);
  return true;
}

}  // namespace

Result<bool> plan_unary(Planner& planner, const Node& node) {
  const ValueId x = node.input(0);
  const auto activation = unary_activation(planner.graph(), node);
  if (!activation || planner.type(x).dtype != DType::float32) return false;
  const Layout layout = layout_of(planner, node, {x});
  const std::int64_t count = floats_in(planner, x, layout);
  const cpu::Isa isa = planner.options().isa;
  const BufferId from = planner.read(x, layout);
  const BufferId to = planner.write(node.output(), layout);
  planner.add(make_step([=, chosen = *activation](const Context& context) {
                eltwise::run_unary(chosen, count, isa, context.floats(from), context.floats(to), context.pool);
              }),
              node, named("activation", planner), {from});
  return true;
}

Result<bool> plan_binary(Planner& planner, const Node& node) {
  TRY_ASSIGN(const bool summed, plan_resized_sum(planner, node));
  if (summed) return true;
  ValueId a = node.input(0);
  ValueId b = node.input(1);
  auto op = op_of(node.op);
  if (!op || node.inputs.size() != 2 || planner.type(a).dtype != DType::float32) return false;
  if (planner.shape(a) != planner.shape(node.output())) {
    std::swap(a, b);
    op = exchanged(*op);
  }
  if (!op || planner.shape(a) != planner.shape(node.output())) return false;
  eltwise::Binary binary;
  binary.op = *op;
  binary.isa = planner.options().isa;
  if (planner.shape(a) == planner.shape(b)) return plan_same_shape(planner, node, binary, a, b);
  if (const auto scalar = graph::constant_scalar(planner.graph(), b))
    return plan_scalar(planner, node, binary, a, *scalar);
  if (planner.is_float_image(a) && is_per_channel(planner.shape(b), planner.shape(a)))
    return plan_per_channel(planner, node, binary, a, b);
  if (is_per_column(planner.shape(b), planner.shape(a)) && is_held(planner, b))
    return plan_per_column(planner, node, binary, a, b);
  return false;
}

}  // namespace diolkos::runtime
