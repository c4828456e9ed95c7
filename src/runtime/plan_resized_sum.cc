// Pyramids of features are resized to one size and added: what is resized passes through no memory of its own.
#include <vector>

#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

namespace resize = kernels::resize;
using graph::Node;
using graph::Op;
using graph::ValueId;

const Node* producer_of(const Planner& planner, ValueId value) {
  const graph::NodeId id = planner.graph().value(value).producer;
  return id == graph::kNoNode ? nullptr : &planner.graph().node(id);
}

bool is_sum(const Planner& planner, const Node& node) {
  return node.op == Op::Add && planner.is_float_image(node.output()) && node.input(0) != node.input(1) &&
         planner.shape(node.input(0)) == planner.shape(node.input(1));
}

// A Resize, or a sum of them, that one sum alone reads, whatever that sum adds to it.
bool is_term(const Planner& planner, const Node& node) {
  if (planner.graph().is_output(node.output())) return false;
  const auto users = planner.users(node.output());
  if (users.size() != 1 || !is_sum(planner, planner.graph().node(users[0]))) return false;
  if (node.op == Op::Resize) return blocked_resize(planner, node).has_value();
  if (!is_sum(planner, node)) return false;
  for (const ValueId input : node.inputs) {
    const Node* const producer = producer_of(planner, input);
    if (producer == nullptr || !is_term(planner, *producer)) return false;
  }
  return true;
}

bool adds_terms(const Planner& planner, const Node& node) {
  if (!is_sum(planner, node)) return false;
  for (const ValueId input : node.inputs) {
    const Node* const producer = producer_of(planner, input);
    if (producer == nullptr || !is_term(planner, *producer)) return false;
  }
  return true;
}

void collect(const Planner& planner, const Node& node, std::vector<const Node*>& resizes) {
  for (const ValueId input : node.inputs) {
    const Node* const producer = producer_of(planner, input);
    if (producer->op == Op::Resize)
      resizes.push_back(producer);
    else
      collect(planner, *producer, resizes);
  }
}

}  // namespace

bool is_in_resized_sum(const Planner& planner, const Node& node) {
  if (!is_term(planner, node)) return false;
  return adds_terms(planner, planner.graph().node(planner.users(node.output())[0]));
}

Result<bool> plan_resized_sum(Planner& planner, const Node& node) {
  if (!adds_terms(planner, node)) return false;
  if (is_in_resized_sum(planner, node)) return true;
  std::vector<const Node*> resizes;
  collect(planner, node, resizes);
  std::vector<resize::Spec> specs;
  std::vector<BufferId> inputs;
  for (const Node* const one : resizes) {
    specs.push_back(*blocked_resize(planner, *one));
    inputs.push_back(planner.read(one->input(0), Layout::blocked));
  }
  const BufferId output = planner.write(node.output(), Layout::blocked);
  planner.add(make_step([specs, inputs, output](const Context& context) {
                std::vector<const float*> images;
                for (const BufferId input : inputs) images.push_back(context.floats(input));
                resize::run_blocked_sum(specs, images, context.floats(output), context.pool);
              }),
              node, "sum of resized " + std::string(cpu::name_of(planner.options().isa)), inputs);
  return true;
}

}  // namespace diolkos::runtime
