// Softmax and ArgMax in float, over plain tensors: as a rule what resizes the scores writes them so.
#include "kernels/scores/scores.h"
#include "runtime/class_axis.h"

namespace diolkos::runtime {
namespace {

namespace scores = kernels::scores;
using graph::Node;
using graph::Op;

constexpr std::int64_t kMostClasses = 1 << 24;

// `axis` absent from the node: `otherwise`. None where the tensor is not float32, or empty.
std::optional<scores::Spec> spec_of(const Planner& planner, const Node& node, std::int64_t otherwise) {
  const auto around = around_classes(planner, node, otherwise);
  if (!around || around->extent > kMostClasses || planner.type(node.input(0)).dtype != DType::float32)
    return std::nullopt;
  return scores::Spec{around->outer, around->extent, around->inner, planner.options().isa};
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
