#include "graph/window.h"
#include "kernels/pool/pool.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

namespace pool = kernels::pool;
using graph::Node;

pool::Axis axis_of(const graph::WindowAxis& axis) {
  return {axis.input, axis.output, axis.kernel, axis.stride, axis.dilation, axis.pad_begin, axis.pad_end};
}

// ReduceMean over height and width, keeping them, is a global average.
bool is_global_average(const graph::Graph& graph, const Node& node, const Shape& from, const Shape& to) {
  if (node.op == graph::Op::GlobalAveragePool) return true;
  if (to != Shape{from[0], from[1], 1, 1} || node.attributes.int_or("keepdims", 1) != 1) return false;
  auto axes = graph::constant_ints(graph, node.input(1));
  if (!axes) axes = node.attributes.ints_or("axes", {});
  if (axes->size() != 2) return false;
  const auto has = [&](std::int64_t axis) {
    return axes->front() == axis || axes->back() == axis || axes->front() == axis - 4 || axes->back() == axis - 4;
  };
  return has(2) && has(3);
}

}  // namespace

Result<bool> plan_pool(Planner& planner, const Node& node) {
  if (!planner.is_float_image(node.input(0)) || !planner.is_float_image(node.output()) || node.outputs.size() != 1)
    return false;
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(planner.graph(), node));
  const Shape& shape = planner.shape(node.input(0));
  pool::Spec spec;
  spec.kind = node.op == graph::Op::MaxPool                            ? pool::Kind::maximum
              : node.attributes.int_or("count_include_pad", 0) != 0 ? pool::Kind::average_with_padding
                                                                       : pool::Kind::average;
  spec.planes = shape[0] * kernels::blocks_of(shape[1]);
  spec.height = axis_of(window[0]);
  spec.width = axis_of(window[1]);
  spec.isa = planner.options().isa;
  const BufferId input = planner.read(node.input(0), Layout::blocked);
  const BufferId output = planner.write(node.output(), Layout::blocked);
  planner.add(make_step([=](const Context& context) {
                pool::run(spec, context.floats(input), context.floats(output), context.pool);
              }),
              node, "pool " + std::string(cpu::name_of(spec.isa)), {input});
  return true;
}

Result<bool> plan_global_pool(Planner& planner, const Node& node) {
  if (!planner.is_float_image(node.input(0)) || !planner.is_float_image(node.output())) return false;
  const Shape& shape = planner.shape(node.input(0));
  if (!is_global_average(planner.graph(), node, shape, planner.shape(node.output()))) return false;
  const std::int64_t planes = shape[0] * kernels::blocks_of(shape[1]);
  const std::int64_t pixels = shape[2] * shape[3];
  const cpu::Isa isa = planner.options().isa;
  const BufferId input = planner.read(node.input(0), Layout::blocked);
  const BufferId output = planner.write(node.output(), Layout::blocked);
  planner.add(make_step([=](const Context& context) {
                pool::run_global_average(planes, pixels, isa, context.floats(input), context.floats(output),
                                         context.pool);
              }),
              node, "global average " + std::string(cpu::name_of(isa)), {input});
  return true;
}

}  // namespace diolkos::runtime
