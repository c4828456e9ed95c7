// What no kernel takes runs on the reference operators, over plain tensors that view the same buffers. These may
// allocate while they run.
#include "reference/evaluate.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

using graph::kNoValue;
using graph::Node;

struct Operand {
  BufferId buffer = kNoBuffer;
  DType dtype = DType::undefined;
  Shape shape;
};

class ReferenceStep final : public Step {
 public:
  ReferenceStep(const graph::Graph& graph, const Node& node, std::vector<Operand> inputs, std::vector<Operand> outputs)
      : graph_(graph),
        node_(node),
        inputs_(std::move(inputs)),
        outputs_(std::move(outputs)) {}

  Status run(const Context& context) const override {
    std::vector<Tensor> given;
    std::vector<Tensor> made;
    for (const Operand& input : inputs_) given.push_back(tensor(input, context));
    for (const Operand& output : outputs_) made.push_back(tensor(output, context));
    return reference::evaluate(graph_, node_, given, made);
  }

 private:
  // A view that owns nothing: the buffers outlive the step's run.
  static Tensor tensor(const Operand& operand, const Context& context) {
    if (operand.buffer == kNoBuffer) return {};
    return Tensor::mutable_view(
        operand.dtype, operand.shape,
        std::shared_ptr<std::byte>(std::shared_ptr<std::byte>(), context.bytes(operand.buffer)));
  }

  const graph::Graph& graph_;
  Node node_;
  std::vector<Operand> inputs_;
  std::vector<Operand> outputs_;
};

}  // namespace

Result<bool> plan_reference(Planner& planner, const Node& node) {
  std::vector<Operand> inputs;
  std::vector<BufferId> reads;
  for (const graph::ValueId id : node.inputs) {
    Operand operand;
    if (id != kNoValue && is_hollow(planner.graph().value(id)))
      return tl::unexpected(not_of_this_network(node));
    if (id != kNoValue) operand = {planner.read(id, Layout::plain), planner.type(id).dtype, planner.shape(id)};
    reads.push_back(operand.buffer);
    inputs.push_back(operand);
  }
  std::vector<Operand> outputs;
  for (const graph::ValueId id : node.outputs)
    outputs.push_back({planner.write(id, Layout::plain), planner.type(id).dtype, planner.shape(id)});
  planner.add(std::make_unique<ReferenceStep>(planner.graph(), node, std::move(inputs), std::move(outputs)), node,
              "reference " + std::string(graph::name_of(node.op)), reads);
  return true;
}

}  // namespace diolkos::runtime
