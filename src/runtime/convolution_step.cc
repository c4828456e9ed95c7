#include "runtime/convolution_step.h"

#include <utility>

namespace diolkos::runtime {

void add_convolution(Planner& planner, const graph::Node& node, const ConvolutionOperands& operands,
                     std::unique_ptr<kernels::conv2d::Convolution> made, std::int64_t multiply_adds,
                     std::string reason) {
  const auto read = [&](graph::ValueId id, Layout layout) {
    return id == graph::kNoValue ? kNoBuffer : planner.read(id, layout);
  };
  const std::shared_ptr<const kernels::conv2d::Convolution> convolution = std::move(made);
  const BufferId input = read(operands.input, convolution->reads_plain() ? Layout::plain : Layout::blocked);
  const BufferId residual = read(operands.residual, Layout::blocked);
  const BufferId bias = read(operands.bias, Layout::plain);
  const BufferId output = planner.write(node.output(), Layout::blocked);
  const BufferId scratch = planner.scratch(convolution->scratch_floats() * sizeof(float));
  planner.add_weight_bytes(convolution->weight_bytes());
  auto step = make_step([=](const Context& context) {
    convolution->run({context.floats(input), context.floats(residual), context.floats(output),
                      context.floats(scratch), context.floats(bias)},
                     context.pool);
  });
  step->multiply_adds = multiply_adds;
  step->reason = std::move(reason);
  planner.add(std::move(step), node, "conv2d " + convolution->kernel(), {input, residual, bias});
}

}  // namespace diolkos::runtime
