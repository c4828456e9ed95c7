#include "passes/fuse_quantization.h"

#include <string>
#include <utility>
#include <vector>

#include "graph/quantize_layout.h"
#include "graph/resize_parameters.h"
#include "graph/window.h"
#include "passes/integer_weights.h"
#include "passes/quantized_pair.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

bool is_activation(const Graph& graph, const Node& node) {
  if (node.op == Op::Relu) return true;
  if (node.op != Op::Clip) return false;
  for (std::size_t i = 1; i < 3; ++i)
    if (node.input(i) != kNoValue && !graph::constant_scalar(graph, node.input(i))) return false;
  return true;
}

// One b for each channel of each image, or one for each element.
bool lies_over(const Shape& b, const Shape& a) {
  return a == b ||
         (b.rank() == 4 && a.rank() == 4 && b[1] == a[1] && b[2] == 1 && b[3] == 1 && (b[0] == a[0] || b[0] == 1));
}

class FuseQuantization {
 public:
  explicit FuseQuantization(Graph& graph) : graph_(graph) {}

  Status run() {
    for (const NodeId id : graph_.order()) give_scale(id);
    for (const NodeId id : graph_.order()) {
      if (!graph_.contains(id)) continue;
      if (graph_.node(id).op == Op::QuantizeLinear) fuse_quantize(id);
      if (graph_.node(id).op == Op::ArgMax || graph_.node(id).op == Op::ArgMin) compare_integers(id);
    }
    graph_.prune();
    return {};
  }

 private:
  const graph::TensorType& type(ValueId id) const { return graph_.value(id).type; }
  const Shape& shape(ValueId id) const { return type(id).shape; }

  // To what a QuantizeLinear makes, what moves its elements, and an input that only DequantizeLinears read.
  void give_scale(NodeId id) {
    Node& node = graph_.node(id);
    const auto steps = steps_of(graph_, node);
    if (steps && node.op == Op::QuantizeLinear) {
      graph_.value(node.output()).type.quantization = steps->quantization();
      graph::define_by_onnx(node);
    } else if (steps && graph_.value(node.input(0)).producer == kNoNode && graph_.users(node.input(0)).size() == 1) {
      graph_.value(node.input(0)).type.quantization = steps->quantization();
    } else if (only_moves(graph_, node) && type(node.input(0)).quantization && !type(node.output()).quantization &&
               type(node.output()).dtype == type(node.input(0)).dtype) {
      graph_.value(node.output()).type.quantization = type(node.input(0)).quantization;
      if (node.op == Op::Pad && node.input(2) != kNoValue && graph_.value(node.input(2)).is_constant())
        graph_.value(node.input(2)).type.quantization = type(node.input(0)).quantization;
    }
  }

  // The int8 image that a value is dequantized from; kNoValue where it is none.
  ValueId stored(ValueId real) const {
    const auto steps = steps_of_producer(graph_, real, Op::DequantizeLinear);
    if (!steps || steps->dtype != DType::int8) return kNoValue;
    const ValueId from = graph_.node(graph_.value(real).producer).input(0);
    const auto& q = type(from).quantization;
    return q && q->scales == std::vector<float>{steps->scale} && q->zero_points == std::vector{steps->zero} ? from
                                                                                                            : kNoValue;
  }

  void fuse_quantize(NodeId id) {
    const auto steps = steps_of(graph_, graph_.node(id));
    if (!steps || steps->dtype != DType::int8) return;
    const ValueId real = graph_.node(id).input(0);
    const NodeId producer = graph_.value(real).producer;
    if (producer == kNoNode || graph_.sole_producer(real, graph_.node(producer).op) == kNoNode) return;
    if (!is_activation(graph_, graph_.node(producer))) {
      if (make_integer(producer, *steps)) take_place(id, producer);
      return;
    }
    const ValueId before = graph_.node(producer).input(0);
    const NodeId maker = graph_.value(before).producer;
    if (const ValueId from = stored(before); from != kNoValue && on_scale(from, *steps)) {
      graph_.node(producer).inputs[0] = from;
      take_place(id, producer);
    } else if (maker != kNoNode && graph_.sole_producer(before, graph_.node(maker).op) != kNoNode &&
               make_integer(maker, *steps)) {
      graph_.value(before).type = {DType::int8, shape(before), steps->quantization()};
      take_place(id, producer);
    }
  }

  bool on_scale(ValueId id, const Steps& steps) const {
    const auto& q = type(id).quantization;
    return q && q->scales == std::vector<float>{steps.scale} && q->zero_points == std::vector{steps.zero};
  }

  // The QuantizeLinear becomes the node before it.
  void take_place(NodeId quantize, NodeId before) {
    Node& made = graph_.node(quantize);
    const Node& old = graph_.node(before);
    made.op = old.op;
    made.name = old.name;
    made.inputs = old.inputs;
    made.attributes = old.attributes;
    graph_.erase_node(before);
  }

  // Its inputs become integers, as its output is to be in steps of `y`; false, and nothing changed, where that is not
  // what the runtime computes.
  bool make_integer(NodeId id, const Steps& y) {
    const Node& node = graph_.node(id);
    if (node.outputs.size() != 1 || type(node.output()).dtype != DType::float32) return false;
    switch (node.op) {
      case Op::Conv: return convolution(id, y);
      case Op::Add:
      case Op::Sub:
      case Op::Mul: return arithmetic(id);
      case Op::AveragePool: return average(id, y);
      case Op::GlobalAveragePool:
      case Op::ReduceMean: return over_image(node) && of_one(id);
      case Op::Resize: return resize(id, y);
      case Op::Softmax: return of_one(id);
      default: return false;
    }
  }

  bool of_one(NodeId id) {
    const ValueId from = stored(graph_.node(id).input(0));
    if (from == kNoValue) return false;
    graph_.node(id).inputs[0] = from;
    return true;
  }

  bool convolution(NodeId id, const Steps& y) {
    const Node node = graph_.node(id);
    const ValueId x = stored(node.input(0));
    if (x == kNoValue || shape(x).rank() != 4 || shape(node.output()).elements() == 0) return false;
    const auto window = graph::resolve_window(graph_, node);
    const Shape& w = shape(node.input(1));
    const bool depthwise = w[1] == 1 && w[0] == shape(x)[1];
    if (!window || (window->groups != 1 && !(depthwise && window->groups == w[0]))) return false;
    const auto weights = integer_weights(graph_, node.input(1));
    if (!weights) return false;
    const double x_scale = static_cast<double>(type(x).quantization->scales[0]);
    const auto bias = integer_bias(graph_, node.input(2), *weights, x_scale, static_cast<double>(y.scale),
                                   w[1] * w[2] * w[3]);
    if (!bias) return false;
    std::vector<ValueId> inputs{x, add_weights(graph_.value(node.input(1)).name, *weights)};
    if (node.input(2) != kNoValue)
      inputs.push_back(add_bias(graph_.value(node.input(2)).name, *bias, x_scale, *weights));
    graph_.node(id).inputs = std::move(inputs);
    return true;
  }

  ValueId add_weights(const std::string& name, const IntegerWeights& weights) {
    const ValueId made = graph_.add_constant(name + "/int8", weights.values);
    graph_.value(made).type.quantization = weights.quantization;
    return made;
  }

  ValueId add_bias(const std::string& name, const std::vector<std::int32_t>& bias, double x_scale,
                   const IntegerWeights& weights) {
    const Shape channels{static_cast<std::int64_t>(bias.size())};
    graph::Quantization q = weights.quantization;
    for (float& scale : q.scales) scale = static_cast<float>(x_scale * static_cast<double>(scale));
    const ValueId made =
        graph_.add_constant(name + "/int32", Tensor::of(channels, std::span<const std::int32_t>(bias)));
    graph_.value(made).type.quantization = std::move(q);
    return made;
  }

  bool arithmetic(NodeId id) {
    const Node& node = graph_.node(id);
    const ValueId a = stored(node.input(0)), b = stored(node.input(1));
    if (a == kNoValue || b == kNoValue || shape(node.output()).rank() != 4) return false;
    const Shape& y = shape(node.output());
    const bool over = shape(a) == y && lies_over(shape(b), y);
    if (!over && (node.op == Op::Sub || shape(b) != y || !lies_over(shape(a), y))) return false;
    graph_.node(id).inputs = {a, b};
    return true;
  }

  // What is not padding, on one scale.
  bool average(NodeId id, const Steps& y) {
    const Node& node = graph_.node(id);
    const auto window = graph::resolve_window(graph_, node);
    if (!window || window->spatial_rank != 2 || stored(node.input(0)) == kNoValue) return false;
    if (!on_scale(stored(node.input(0)), y)) return false;
    for (int axis = 0; axis < 2; ++axis) {
      const graph::WindowAxis& along = (*window)[axis];
      const std::int64_t last = (along.output - 1) * along.stride - along.pad_begin + along.extent();
      const bool pads = along.pad_begin > 0 || last > along.input;
      if (along.dilation != 1 || (pads && node.attributes.int_or("count_include_pad", 0) != 0)) return false;
    }
    of_one(id);
    graph_.node(id).attributes.erase("count_include_pad");
    return true;
  }

  bool over_image(const Node& node) const {
    const Shape &x = shape(node.input(0)), &y = shape(node.output());
    return x.rank() == 4 && y == Shape{x[0], x[1], 1, 1} &&
           (x[2] != 1 || x[3] != 1 || node.op == Op::GlobalAveragePool);
  }

  // Between pixels, on one scale, at ONNX's coordinates.
  bool resize(NodeId id, const Steps& y) {
    const Node& node = graph_.node(id);
    const ValueId x = stored(node.input(0));
    if (x == kNoValue || !on_scale(x, y)) return false;
    const auto resize = graph::resolve_resize(graph_, node);
    if (!resize || resize->mode != graph::ResizeMode::linear || resize->antialias || resize->axes.size() != 4 ||
        resize->coordinates == graph::ResizeCoordinates::tf_crop_and_resize || resize->exclude_outside ||
        !resize->axes[0].identity() || !resize->axes[1].identity())
      return false;
    graph_.node(id).inputs[0] = x;
    graph::define_by_onnx(graph_.node(id));
    return true;
  }

  void compare_integers(NodeId id) {
    const ValueId from = stored(graph_.node(id).input(0));
    if (from != kNoValue) graph_.node(id).inputs[0] = from;
  }

  Graph& graph_;
};

}  // namespace

Status fuse_quantization(Graph& graph) { return FuseQuantization(graph).run(); }

}  // namespace diolkos::passes
