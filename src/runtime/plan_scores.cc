// Softmax and ArgMax in float, over plain tensors: as a rule what resizes the scores writes them so.
#include "kernels/scores/scores.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

namespace scores = kernels::scores;
using graph::Node;
using graph::Op;

constexpr std::int64_t kMostClasses = 1 << 24;

// `axis` absent from the node: `otherwise`. None where the tensor is not float32, or empty.
std::optional<scores::Spec> spec_of(const Planner& planner, const Node& node, std::int64_t otherwise) {
  const Shape& shape = planner.shape(node.input(0));
  if (planner.type(node.input(0)).dtype != DType::float32 || shape.elements() == 0) return std::nullopt;
  std::int64_t axis = node.attributes.int_or("axis", otherwise);
  if (axis < 0) axis += shape.rank();
  if (axis < 0 || axis >= shape.rank() || shape[static_cast<int>(axis)] > kMostClasses) return std::nullopt;
  scores::Spec spec;
  spec.isa = planner.options().isa;
  for (int i = 0; i < shape.rank(); ++i)
    (i < axis ? spec.outer : i == axis ? spec.extent : spec.inner) *= shape[i];
  return spec;
}

}  // namespace

Result<bool> plan_softmax(Planner& planner, const Node& node) {
  const auto spec = spec_of(planner, node, -1);
  if (!spec) return false;
  const bool logarithm = node.op == Op::LogSoftmax;
  const BufferId input = planner.read(node.input(0), Layout::plain);
  const BufferId output = planner.write(node.output(), Layout::plain);
  planner.add(make_step([=, spec = *spec](const Context& context) {
                scores::run_softmax(spec, logarithm, context.floats(input), context.floats(output), context.pool);
              }),
              node, "softmax " + std::string(cpu::name_of(spec->isa)), {input});
  return true;
}

Result<bool> plan_arg(Planner& planner, const Node& node) {
  const auto spec = spec_of(planner, node, 0);
  if (!spec || node.attributes.int_or("select_last_index", 0) != 0) return false;
  const bool smallest = node.op == Op::ArgMin;
  const BufferId input = planner.read(node.input(0), Layout::plain);
  const BufferId output = planner.write(node.output(), Layout::plain);
  planner.add(make_step([=, spec = *spec](const Context& context) {
                scores::run_arg(spec, smallest, context.floats(input),
                                reinterpret_cast<std::int64_t*>(context.bytes(output)), context.pool);
              }),
              node, "arg " + std::string(cpu::name_of(spec->isa)), {input});
  return true;
}

}  // namespace diolkos::runtime
