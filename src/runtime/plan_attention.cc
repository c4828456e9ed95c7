#include "kernels/attention/attention.h"
#include "runtime/planner.h"

namespace diolkos::runtime {

namespace attention = kernels::attention;

Result<bool> plan_attention(Planner& planner, const graph::Node& node) {
  const Shape& queries = planner.shape(node.input(0));
  attention::Spec spec;
  spec.heads = node.attributes.int_or("heads", 1);
  spec.scale = node.attributes.float_or("scale", 1.0f);
  spec.batch = queries[0];
  spec.queries = queries[1];
  spec.keys = planner.shape(node.input(1))[1];
  spec.depth = queries[2] / spec.heads;
  spec.isa = planner.options().isa;
  spec.threads = planner.options().threads();
  if (spec.depth % kernels::kBlock != 0 || queries.elements() == 0 || !(spec.scale > 0)) return false;
  const BufferId q = planner.read(node.input(0), Layout::rows);
  const BufferId k = planner.read(node.input(1), Layout::rows);
  const BufferId v = planner.read(node.input(2), Layout::rows);
  const BufferId y = planner.write(node.output(), Layout::rows);
  const BufferId scratch = planner.scratch(attention::scratch_floats(spec) * sizeof(float));
  auto step = make_step([=](const Context& context) {
    attention::run(spec, context.floats(q), context.floats(k), context.floats(v), context.floats(y),
                   context.floats(scratch), context.pool);
  });
  step->multiply_adds = spec.multiply_adds();
  planner.add(std::move(step), node, "attention " + std::string(cpu::name_of(spec.isa)), {q, k, v});
  return true;
}

}  // namespace diolkos::runtime
