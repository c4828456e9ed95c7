#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "graph/count.h"
#include "graph/window.h"
#include "runtime/activation_of.h"
#include "runtime/convolution_spec.h"

namespace diolkos::runtime {
namespace {

namespace conv2d = kernels::conv2d;
using graph::kNoValue;
using graph::Node;
using graph::ValueId;

class ConvolutionStep final : public Step {
 public:
  ConvolutionStep(std::unique_ptr<conv2d::Convolution> convolution, BufferId input, BufferId residual, BufferId output,
                  BufferId scratch, BufferId bias)
      : convolution_(std::move(convolution)),
        input_(input),
        residual_(residual),
        output_(output),
        scratch_(scratch),
        bias_(bias) {}

  Status run(const Context& context) const override {
    convolution_->run({context.floats(input_), context.floats(residual_), context.floats(output_),
                       context.floats(scratch_), context.floats(bias_)},
                      context.pool);
    return {};
  }

 private:
  std::unique_ptr<conv2d::Convolution> convolution_;
  BufferId input_;
  BufferId residual_;
  BufferId output_;
  BufferId scratch_;
  BufferId bias_;
};

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

// What is planned is taken off the graph's hands; the residual is a value like any other.
void add_step(Planner& planner, const Node& node, const conv2d::Spec& spec,
              std::unique_ptr<conv2d::Convolution> convolution) {
  const BufferId input = planner.read(node.input(0), convolution->reads_plain() ? Layout::plain : Layout::blocked);
  const BufferId residual = node.input(3) == kNoValue ? kNoBuffer : planner.read(node.input(3), Layout::blocked);
  const bool computed = has_computed_bias(planner.graph(), node);
  const BufferId bias = computed ? planner.read(node.input(2), Layout::plain) : kNoBuffer;
  const BufferId output = planner.write(node.output(), Layout::blocked);
  const BufferId scratch = planner.scratch(convolution->scratch_floats() * sizeof(float));
  planner.add_weight_bytes(convolution->weight_bytes());
  std::string kernel = "conv2d " + convolution->kernel();
  auto step = std::make_unique<ConvolutionStep>(std::move(convolution), input, residual, output, scratch, bias);
  step->multiply_adds = spec.shape.multiply_adds();
  step->reason = reason_for(spec);
  planner.add(std::move(step), node, std::move(kernel), {input, residual, bias});
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
  if (node.input(2) != kNoValue && !computed) spec.bias = graph.value(node.input(2)).constant->as<float>();
  spec.activation = *activation;
  return std::optional(std::move(spec));
}

// The depthwise convolution that alone reads what this one makes, where the two are computed as one.
Result<const Node*> depthwise_reader(Planner& planner, const Node& node, const conv2d::Spec& spec) {
  const graph::Graph& graph = planner.graph();
  const Node* const none = nullptr;
  if (node.input(3) != kNoValue || has_computed_bias(graph, node) || graph.is_output(node.output())) return none;
  const std::vector<graph::NodeId> users = graph.users(node.output());
  if (users.size() != 1) return none;
  const Node& user = graph.node(users[0]);
  if (!is_convolution(user) || user.input(0) != node.output() || user.input(3) != kNoValue) return none;
  if (has_computed_bias(graph, user)) return none;
  TRY_ASSIGN(const auto depthwise, spec_of(planner, user));
  return depthwise && conv2d::suits_expanded_depthwise(spec, *depthwise) ? &user : none;
}

// What makes the input of a depthwise convolution, where the two are computed as one.
Result<const Node*> expansion_of(Planner& planner, const Node& node) {
  const graph::Graph& graph = planner.graph();
  const Node* const none = nullptr;
  const graph::NodeId producer = graph.value(node.input(0)).producer;
  if (producer == graph::kNoNode || !is_convolution(graph.node(producer))) return none;
  const Node& expand = graph.node(producer);
  TRY_ASSIGN(const auto spec, spec_of(planner, expand));
  if (!spec) return none;
  TRY_ASSIGN(const Node* const reader, depthwise_reader(planner, expand, *spec));
  return reader == &node ? &expand : none;
}

Error not_of_this_network(const Node& node) {
  return {ErrorCode::invalid_input, graph::describe(node) + ": the plan file's weights are not this network's"};
}

Result<bool> plan_expanded(Planner& planner, const Node& expand, const Node& node, const conv2d::Spec& depthwise) {
  TRY_ASSIGN(const auto spec, spec_of(planner, expand));
  auto convolution = conv2d::plan_expanded_depthwise(*spec, depthwise);
  if (convolution == nullptr) return tl::unexpected(not_of_this_network(node));
  const BufferId input = planner.read(expand.input(0), Layout::blocked);
  const BufferId output = planner.write(node.output(), Layout::blocked);
  const BufferId scratch = planner.scratch(convolution->scratch_floats() * sizeof(float));
  planner.add_weight_bytes(convolution->weight_bytes());
  std::string kernel = "conv2d " + convolution->kernel();
  auto step = std::make_unique<ConvolutionStep>(std::move(convolution), input, kNoBuffer, output, scratch, kNoBuffer);
  step->multiply_adds = spec->shape.multiply_adds() + depthwise.shape.multiply_adds();
  planner.add(std::move(step), node, std::move(kernel), {input});
  for (const Node* packed : {&expand, &node}) {
    planner.packed(packed->input(1));
    planner.packed(packed->input(2));
  }
  return true;
}

}  // namespace

Result<bool> plan_convolution(Planner& planner, const Node& node) {
  graph::Graph& graph = planner.graph();
  TRY_ASSIGN(const auto spec, spec_of(planner, node));
  if (!spec) return false;
  TRY_ASSIGN(const Node* const reader, depthwise_reader(planner, node, *spec));
  if (reader != nullptr) return true;  // planned with it
  TRY_ASSIGN(const Node* const expand, expansion_of(planner, node));
  if (expand != nullptr) return plan_expanded(planner, *expand, node, *spec);
  auto convolution = conv2d::plan(*spec);
  if (convolution == nullptr && is_hollow(graph.value(node.input(1))))
    return tl::unexpected(not_of_this_network(node));
  if (convolution == nullptr || (has_computed_bias(graph, node) && !convolution->takes_bias())) return false;
  add_step(planner, node, *spec, std::move(convolution));
  planner.packed(node.input(1));
  if (!has_computed_bias(graph, node)) planner.packed(node.input(2));
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
  add_step(planner, Node{node.op, node.name, {node.input(0)}, node.outputs, {}}, spec, std::move(convolution));
  return true;
}

}  // namespace diolkos::runtime
