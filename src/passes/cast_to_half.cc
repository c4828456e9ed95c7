#include "passes/cast_to_half.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/half.h"
#include "graph/element_type.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

constexpr float kLargestHalf = 65504.0f;
constexpr float kTooNear = kLargestHalf / 2;
constexpr std::int64_t kLongestSum = 1024;  // elements

// Operators that float16 serves: sums of products (which runtimes add in float32), comparisons, movements, and
// functions that are bounded or grow no faster than their input.
constexpr std::array kHalf{
    Op::Conv,        Op::ConvTranspose, Op::Gemm,          Op::MatMul,        Op::MaxPool,   Op::AveragePool,
    Op::GlobalMaxPool, Op::GlobalAveragePool, Op::ReduceMean, Op::ReduceSum,  Op::ReduceMax, Op::ReduceMin,
    Op::ArgMax,      Op::ArgMin,        Op::Relu,          Op::Clip,          Op::HardSigmoid, Op::HardSwish,
    Op::Sigmoid,     Op::Tanh,          Op::LeakyRelu,     Op::Abs,           Op::Neg,       Op::Identity,
    Op::Add,         Op::Sub,           Op::Mul,           Op::Max,           Op::Min,       Op::PRelu,
    Op::Where,       Op::Resize,        Op::DepthToSpace,  Op::SpaceToDepth,  Op::Reshape,   Op::Flatten,
    Op::Squeeze,     Op::Unsqueeze,     Op::Transpose,     Op::Concat,        Op::Split,     Op::Slice,
    Op::Gather,      Op::GatherElements, Op::Expand,       Op::Tile,          Op::Pad};

// Resize's region and scales are float32 whatever it resizes.
bool stays_float32(Op op, std::size_t input) { return op == Op::Resize && input > 0; }

bool is_plain_float(const graph::Value& value) {
  return value.type.dtype == DType::float32 && !value.type.quantization;
}

bool fits(const Tensor& tensor) {
  return std::ranges::all_of(tensor.as<float>(), [](float x) { return std::abs(x) <= kLargestHalf; });
}

Result<Tensor> to_half(const Tensor& tensor) {
  TRY_ASSIGN(Tensor result, Tensor::zeros(DType::float16, tensor.shape()));
  std::ranges::transform(tensor.as<float>(), reinterpret_cast<std::uint16_t*>(result.mutable_data()), float_to_half);
  return result;
}

class CastToHalf {
 public:
  CastToHalf(Graph& graph, const HalfOptions& options)
      : graph_(graph), options_(options), halves_(graph.value_count(), kNoValue) {}

  Result<HalfReport> run() {
    std::vector<NodeId> chosen;
    for (const NodeId id : graph_.order()) {
      const std::vector<ValueId> floats = floats_of(graph_.node(id));
      if (floats.empty()) continue;
      if (suits_half(graph_.node(id), floats)) {
        chosen.push_back(id);
      } else {
        ++report_.single;
      }
    }
    report_.half = static_cast<int>(chosen.size());
    for (const NodeId id : chosen) TRY(rewrite(id));
    graph_.prune();
    return std::move(report_);
  }

 private:
  // What a node reads and makes that would become float16.
  std::vector<ValueId> floats_of(const Node& node) const {
    std::vector<ValueId> floats;
    const auto look = [&](ValueId id) {
      if (id != kNoValue && is_plain_float(graph_.value(id))) floats.push_back(id);
    };
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
      if (!stays_float32(node.op, i)) look(node.inputs[i]);
    for (const ValueId output : node.outputs) look(output);
    return floats;
  }

  bool suits_half(const Node& node, const std::vector<ValueId>& floats) {
    if (std::ranges::find(kHalf, node.op) == kHalf.end() || adds_too_many(node)) return false;
    // All are looked at: the report names each.
    return std::ranges::count_if(floats, [&](ValueId id) { return !is_safe(graph_.value(id)); }) == 0;
  }

  bool is_safe(const graph::Value& value) {
    if (value.is_constant()) return fits(*value.constant);
    const auto seen = options_.largest.find(value.name);
    if (seen == options_.largest.end() || seen->second <= kTooNear) return true;
    if (std::ranges::find(report_.beyond, value.name) == report_.beyond.end()) report_.beyond.push_back(value.name);
    return false;
  }

  bool adds_too_many(const Node& node) const {
    const bool sums = node.op == Op::ReduceMean || node.op == Op::ReduceSum || node.op == Op::GlobalAveragePool;
    if (!sums) return false;
    const std::int64_t made = graph_.value(node.output()).type.shape.elements();
    return made == 0 || graph_.value(node.input(0)).type.shape.elements() / made > kLongestSum;
  }

  // The float16 form of a float32 value: what a float16 node made, a constant's, or a Cast.
  Result<ValueId> half_of(ValueId id) {
    ValueId& half = halves_[static_cast<std::size_t>(id)];
    if (half != kNoValue) return half;
    const std::string name = graph_.value(id).name + "/half";
    if (graph_.value(id).is_constant()) {
      TRY_ASSIGN(Tensor tensor, to_half(*graph_.value(id).constant));
      return half = graph_.add_constant(name, std::move(tensor));
    }
    return half = cast(id, name, DType::float16);
  }

  ValueId cast(ValueId from, const std::string& name, DType to) {
    const Shape shape = graph_.value(from).type.shape;
    const std::string names[] = {name};
    const NodeId node = graph_.add_node(Op::Cast, name + "/cast", {from}, {{"to", graph::onnx_of_dtype(to)}}, names);
    const ValueId made = graph_.node(node).output();
    graph_.value(made).type = {to, shape, {}};
    return made;
  }

  Status rewrite(NodeId id) {
    for (std::size_t i = 0; i < graph_.node(id).inputs.size(); ++i) {
      const ValueId input = graph_.node(id).inputs[i];
      if (input == kNoValue || stays_float32(graph_.node(id).op, i) || !is_plain_float(graph_.value(input))) continue;
      TRY_ASSIGN(const ValueId half, half_of(input));
      graph_.node(id).inputs[i] = half;
    }
    for (std::size_t i = 0; i < graph_.node(id).outputs.size(); ++i) {
      const ValueId output = graph_.node(id).outputs[i];
      if (is_plain_float(graph_.value(output))) make_half(id, i);
    }
    return {};
  }

  // The node makes "y/half" now, and y is a Cast of it for whoever wants float32.
  void make_half(NodeId id, std::size_t index) {
    const ValueId output = graph_.node(id).outputs[index];
    const std::string name = graph_.value(output).name;
    graph_.rename(output, name + "/half");
    graph_.value(output).type.dtype = DType::float16;
    const ValueId wide = cast(output, name, DType::float32);
    for (const NodeId user : graph_.users(output))
      if (user != graph_.value(wide).producer)
        std::ranges::replace(graph_.node(user).inputs, output, wide);
    for (std::size_t i = 0; i < graph_.outputs().size(); ++i)
      if (graph_.outputs()[i] == output) graph_.set_output(i, wide);
    halves_.resize(graph_.value_count(), kNoValue);
    halves_[static_cast<std::size_t>(wide)] = output;
  }

  Graph& graph_;
  const HalfOptions& options_;
  std::vector<ValueId> halves_;
  HalfReport report_;
};

bool has_half(const Graph& graph) {
  return std::ranges::any_of(graph.order(), [&](NodeId id) {
    return graph.value(graph.node(id).output()).type.dtype == DType::float16;
  });
}

}  // namespace

Result<HalfReport> cast_to_half(Graph& graph, const HalfOptions& options) {
  if (has_half(graph)) return HalfReport{};
  for (const NodeId id : graph.order())
    for (const ValueId output : graph.node(id).outputs)
      if (!graph.value(output).type.known())
        return invalid(graph::describe(graph.node(id)) + ": its type must be known before float16 is written in");
  return CastToHalf(graph, options).run();
}

}  // namespace diolkos::passes
