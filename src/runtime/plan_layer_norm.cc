#include "graph/node_view.h"
#include "kernels/normalize/layer_norm.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

namespace normalize = kernels::normalize;
using graph::kNoValue;
using graph::Node;
using graph::ValueId;

bool is_held(const Planner& planner, ValueId id) {
  const graph::Value& value = planner.graph().value(id);
  return value.is_constant() && value.type.dtype == DType::float32 && !is_hollow(value);
}

// A parameter in whole blocks, zeros behind it; zeros where it is absent.
BufferId parameter(Planner& planner, ValueId id, std::int64_t count) {
  kernels::AlignedFloats floats(static_cast<std::size_t>(kernels::blocks_of(count) * kernels::kBlock));
  if (floats.data() == nullptr) return kNoBuffer;
  std::fill_n(floats.data(), floats.size(), 0.0f);
  if (id != kNoValue) {
    const auto values = planner.graph().value(id).constant->as<float>();
    std::copy(values.begin(), values.end(), floats.data());
  }
  return planner.constant(std::move(floats));
}

}  // namespace

// Rows of blocks where the last axis alone is normalised and they are there; plain otherwise.
Result<bool> plan_layer_norm(Planner& planner, const Node& node) {
  const ValueId x = node.input(0), bias = node.input(2);
  const Shape& shape = planner.shape(x);
  if (planner.type(x).dtype != DType::float32 || shape.elements() == 0 || node.outputs.size() != 1) return false;
  if (!is_held(planner, node.input(1)) || (bias != kNoValue && !is_held(planner, bias))) return false;
  normalize::Spec spec;
  spec.isa = planner.options().isa;
  spec.epsilon = node.attributes.float_or("epsilon", 1e-5f);
  spec.channels = planner.shape(node.input(1)).elements();
  spec.pixels = shape.elements() / spec.channels;
  const bool last_alone = shape.rank() > 1 && spec.channels == shape[shape.rank() - 1];
  const Layout layout = last_alone && planner.has(x, Layout::rows) ? Layout::rows : Layout::plain;
  if (layout == Layout::rows) {
    const kernels::Planes planes = planes_of_rows(shape);
    spec.batch = planes.batch;
    spec.pixels = planes.pixels;
    spec.blocked = true;
  }
  const BufferId scale = parameter(planner, node.input(1), spec.channels);
  const BufferId shift = parameter(planner, bias, spec.channels);
  if (scale == kNoBuffer || shift == kNoBuffer) return false;
  const BufferId from = planner.read(x, layout);
  const BufferId to = planner.write(node.output(), layout);
  planner.add(make_step([=](const Context& context) {
                normalize::run_layer_norm(spec, context.floats(from), context.floats(scale), context.floats(shift),
                                          context.floats(to), context.pool);
              }),
              node, "layer norm " + std::string(cpu::name_of(spec.isa)), {from, scale, shift});
  return true;
}

}  // namespace diolkos::runtime
