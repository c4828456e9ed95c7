#include "porting/cut_output.h"

#include <fmt/format.h>

#include "graph/resize_parameters.h"

namespace diolkos::porting {
namespace {

using graph::Graph;
using graph::Node;
using graph::Op;
using graph::ResizeCoordinates;
using graph::ValueId;

std::size_t segmentation_output(const Graph& graph) {
  for (std::size_t i = 0; i < graph.outputs().size(); ++i)
    if (graph.value(graph.outputs()[i]).name == "out") return i;
  return 0;
}

const Node* producer_of(const Graph& graph, ValueId id) {
  const graph::NodeId producer = graph.value(id).producer;
  return producer == graph::kNoNode ? nullptr : &graph.node(producer);
}

bool decides(Op op) { return op == Op::Softmax || op == Op::LogSoftmax || op == Op::Sigmoid || op == Op::ArgMax; }

// Changes no score, only type or shape.
bool hands_on(Op op) {
  return op == Op::Identity || op == Op::Cast || op == Op::Squeeze || op == Op::Unsqueeze || op == Op::Reshape;
}

// The value before the last softmax, sigmoid or argmax; `id` itself where there is none.
ValueId before_decision(const Graph& graph, ValueId id) {
  ValueId scores = id;
  for (const Node* node = producer_of(graph, id); node != nullptr && (decides(node->op) || hands_on(node->op));
       node = producer_of(graph, node->input(0)))
    if (decides(node->op)) scores = node->input(0);
  return scores;
}

std::optional<std::string_view> coordinates_of(const graph::ResizeParameters& resize) {
  if (resize.mode != graph::ResizeMode::linear || resize.antialias || resize.axes.size() != 4) return std::nullopt;
  if (!resize.axes[0].identity() || !resize.axes[1].identity()) return std::nullopt;
  switch (resize.coordinates) {
    case ResizeCoordinates::half_pixel:
    case ResizeCoordinates::pytorch_half_pixel: return "half_pixel";
    case ResizeCoordinates::align_corners: return "align_corners";
    case ResizeCoordinates::asymmetric: return "asymmetric";
    default: return std::nullopt;
  }
}

Result<ValueId> before_resize(Graph& graph, ValueId id) {
  const Node* node = producer_of(graph, id);
  while (node != nullptr && node->op == Op::Identity) node = producer_of(graph, node->input(0));
  if (node == nullptr || node->op != Op::Resize)
    return invalid(fmt::format("cannot end with its logits: {} before the scores is no resize; end it with its scores",
                               node == nullptr ? "what stands" : graph::describe(*node)));
  TRY_ASSIGN(const graph::ResizeParameters resize, graph::resolve_resize(graph, *node));
  const auto coordinates = coordinates_of(resize);
  if (!coordinates)
    return unsupported(fmt::format("cannot end with its logits: {} is none that post-processing does (bilinear; "
                                   "half_pixel, align_corners or asymmetric); end it with its scores",
                                   graph::describe(*node)));
  graph.metadata["diolkos.resize"] =
      fmt::format("{} {}x{}", *coordinates, resize.axes[2].output, resize.axes[3].output);
  return node->input(0);
}

}  // namespace

std::string_view name_of(Ending ending) {
  constexpr std::string_view kNames[] = {"whole", "scores", "logits"};
  return kNames[static_cast<int>(ending)];
}

std::optional<Ending> ending_named(std::string_view name) {
  for (const Ending ending : {Ending::whole, Ending::scores, Ending::logits})
    if (name == name_of(ending)) return ending;
  return std::nullopt;
}

Status cut_output(Graph& graph, Ending ending) {
  const auto before = graph.metadata.find("diolkos.output");
  if (ending == Ending::whole || (before != graph.metadata.end() && before->second == name_of(ending))) return {};
  const std::size_t index = segmentation_output(graph);
  ValueId id = before_decision(graph, graph.outputs()[index]);
  if (ending == Ending::logits) {
    TRY_ASSIGN(id, before_resize(graph, id));
  }
  const graph::TensorType& type = graph.value(id).type;
  if (type.shape.rank() != 4 || (type.dtype != DType::float32 && !type.quantization))
    return invalid(fmt::format("cannot end with its {}: '{}' is {} {}, expected float 1xCxHxW", name_of(ending),
                               graph.value(id).name, name_of(type.dtype), to_string(type.shape)));
  graph.metadata["diolkos.output"] = name_of(ending);
  graph.set_output(index, id);
  graph.prune();
  return {};
}

}  // namespace diolkos::porting
