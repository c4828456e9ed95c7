#include <cmath>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "graph/window.h"
#include "runtime/activation_of.h"
#include "runtime/convolution_spec.h"
#include "runtime/convolution_step.h"

namespace diolkos::runtime {
namespace {

namespace conv2d = kernels::conv2d;
using graph::kNoValue;
using graph::Node;

std::string reason_for(const conv2d::Spec& spec) {
  const std::vector<conv2d::Candidate> found = conv2d::candidates(spec);
  if (found.size() < 2) return "";
  std::string text;
  for (const conv2d::Candidate& candidate : found) {
    text += fmt::format("{}{} {:.2f}", text.empty() ? "" : ", ", candidate.kernel, candidate.megacycles);
    if (candidate.milliseconds) text += fmt::format(" ({:.2f} ms)", *candidate.milliseconds);
  }
  return text + " Mcycles";
}

bool has_computed_bias(const graph::Graph& graph, const Node& node) {
  return node.input(2) != kNoValue && !graph.value(node.input(2)).is_constant();
}

bool is_convolution(const Node& node) { return node.op == graph::Op::Conv || node.op == graph::Op::FusedConv; }

conv2d::Spec stored_spec(const Planner& planner) {
  conv2d::Spec spec = convolution_spec(planner.options());
  spec.tuning = planner.options().tuning;
  spec.store = planner.options().store;
  return spec;
}

// Empty where the node is for the reference.
Result<std::optional<conv2d::Spec>> spec_of(Planner& planner, const Node& node) {
  const std::optional<conv2d::Spec> none;
  graph::Graph& graph = planner.graph();
  const auto activation = fused_activation(node.attributes);
  if (!activation || !planner.is_float_image(node.input(0)) || !planner.is_float_image(node.output())) return none;
  if (!is_float_constant(planner, node.input(1))) return none;
  const bool computed = has_computed_bias(graph, node);
  if (computed && planner.shape(node.output())[1] % kernels::kBlock != 0) return none;
  if (node.input(2) != kNoValue && !computed && !is_float_constant(planner, node.input(2))) return none;
  if (node.input(3) != kNoValue && planner.shape(node.input(3)) != planner.shape(node.output())) return none;
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(graph, node));
  conv2d::Spec spec = stored_spec(planner);
  spec.shape.batch = planner.shape(node.input(0))[0];
  spec.shape.in_channels = planner.shape(node.input(0))[1];
  spec.shape.out_channels = planner.shape(node.output())[1];
  spec.shape.groups = window.groups;
  spec.shape.height = axis_of(window[0]);
  spec.shape.width = axis_of(window[1]);
  spec.weights = graph.value(node.input(1)).constant->as<float>();
  spec.late_bias = computed;
  if (node.input(2) != kNoValue && !computed) spec.bias = graph.value(node.input(2)).constant->as<float>();
  spec.activation = *activation;
  return std::optional(std::move(spec));
}

// The convolution that alone reads what this one makes, where neither adds an operand that is computed.
const Node* sole_reader(const Planner& planner, const Node& node) {
  const graph::Graph& graph = planner.graph();
  const auto adds_constants = [&](const Node& of) {
    return is_convolution(of) && of.input(3) == kNoValue && !has_computed_bias(graph, of);
  };
  if (!adds_constants(node) || graph.is_output(node.output())) return nullptr;
  const std::span<const graph::NodeId> users = planner.users(node.output());
  if (users.size() != 1) return nullptr;
  const Node& user = graph.node(users[0]);
  return adds_constants(user) && user.input(0) == node.output() ? &user : nullptr;
}

// Whether the depthwise convolution that reads what this one makes is computed with it.
Result<bool> is_expansion(Planner& planner, const Node& node, const conv2d::Spec& spec) {
  const Node* const reader = sole_reader(planner, node);
  if (reader == nullptr) return false;
  TRY_ASSIGN(const auto depthwise, spec_of(planner, *reader));
  return depthwise && conv2d::suits_expanded_depthwise(spec, *depthwise);
}

struct Expansion {
  const Node& node;
  conv2d::Spec spec;
};

// What makes the input of a depthwise convolution, where the two are computed as one.
Result<std::optional<Expansion>> expansion_of(Planner& planner, const Node& node, const conv2d::Spec& depthwise) {
  const std::optional<Expansion> none;
  const graph::Graph& graph = planner.graph();
  const graph::NodeId producer = graph.value(node.input(0)).producer;
  if (producer == graph::kNoNode || sole_reader(planner, graph.node(producer)) != &node) return none;
  TRY_ASSIGN(const auto spec, spec_of(planner, graph.node(producer)));
  if (!spec || !conv2d::suits_expanded_depthwise(*spec, depthwise)) return none;
  return Expansion{graph.node(producer), *spec};
}

Result<bool> plan_expanded(Planner& planner, const Expansion& expand, const Node& node,
                           const conv2d::Spec& depthwise) {
  auto convolution = conv2d::plan_expanded_depthwise(expand.spec, depthwise);
  if (convolution == nullptr) {
    for (const Node* const packed : {&expand.node, &node})
      if (is_hollow(planner.graph().value(packed->input(1)))) return tl::unexpected(not_of_this_network(*packed));
    return failure(ErrorCode::io, graph::describe(node) + ": out of memory for its weights");
  }
  add_convolution(planner, node, {expand.node.input(0)}, std::move(convolution),
                  expand.spec.shape.multiply_adds() + depthwise.shape.multiply_adds());
  for (const Node* const packed : {&expand.node, &node}) {
    planner.packed(packed->input(1));
    planner.packed(packed->input(2));
  }
  return true;
}

}  // namespace

Result<bool> plan_convolution(Planner& planner, const Node& node) {
  TRY_ASSIGN(const auto spec, spec_of(planner, node));
  if (!spec) return false;
  TRY_ASSIGN(const bool expands, is_expansion(planner, node, *spec));
  if (expands) return true;  // planned with what reads it
  TRY_ASSIGN(const auto expand, expansion_of(planner, node, *spec));
  if (expand) return plan_expanded(planner, *expand, node, *spec);
  auto convolution = conv2d::plan(*spec);
  if (convolution == nullptr) return false;
  add_convolution(planner, node, {node.input(0), node.input(3), spec->late_bias ? node.input(2) : kNoValue},
                  std::move(convolution), spec->shape.multiply_adds(), reason_for(*spec));
  planner.packed(node.input(1));
  if (!spec->late_bias) planner.packed(node.input(2));
  return true;
}

// What no pass could fold: y = x * scale + shift for each channel is a depthwise convolution with one tap.
Result<bool> plan_batch_norm(Planner& planner, const Node& node) {
  graph::Graph& graph = planner.graph();
  if (!planner.is_float_image(node.input(0)) || node.outputs.size() != 1) return false;
  for (std::size_t i = 1; i < 5; ++i)
    if (!is_float_constant(planner, node.input(i))) return false;
  const auto parameter = [&](std::size_t i) { return graph.value(node.input(i)).constant->as<float>(); };
  const double epsilon = node.attributes.float_or("epsilon", 1e-5f);
  const Shape& shape = planner.shape(node.input(0));
  std::vector<float> scale;
  std::vector<float> shift;
  for (std::size_t c = 0; c < static_cast<std::size_t>(shape[1]); ++c) {
    const double factor = parameter(1)[c] / std::sqrt(parameter(4)[c] + epsilon);
    scale.push_back(static_cast<float>(factor));
    shift.push_back(static_cast<float>(parameter(2)[c] - parameter(3)[c] * factor));
  }
  conv2d::Spec spec = stored_spec(planner);
  spec.shape.batch = shape[0];
  spec.shape.in_channels = spec.shape.out_channels = spec.shape.groups = shape[1];
  spec.shape.height = {shape[2], shape[2]};
  spec.shape.width = {shape[3], shape[3]};
  spec.weights = scale;
  spec.bias = shift;
  auto convolution = conv2d::plan(spec);
  if (convolution == nullptr) return false;
  add_convolution(planner, node, {node.input(0)}, std::move(convolution), spec.shape.multiply_adds());
  return true;
}

}  // namespace diolkos::runtime
