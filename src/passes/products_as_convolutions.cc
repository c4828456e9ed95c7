#include "passes/products_as_convolutions.h"

#include <optional>
#include <string>

#include "passes/read_counts.h"
#include "passes/rewrite.h"
#include "passes/tokens.h"

namespace diolkos::passes {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::NodeId;
using graph::Op;
using graph::ValueId;

const std::vector<std::int64_t> kTurned{0, 2, 1};

// The chain of nodes that becomes one convolution; `last` makes its value.
struct Chain {
  NodeId product = kNoNode, last = kNoNode, activation = kNoNode;
  ValueId bias = kNoValue, residual = kNoValue;
};

class Rewriter {
 public:
  explicit Rewriter(Graph& graph) : graph_(graph), readers_(graph.value_count()) {
    for (const NodeId id : graph.order())
      for (const ValueId input : graph.node(id).inputs)
        if (input != kNoValue) readers_[static_cast<std::size_t>(input)].push_back(id);
  }

  Status run() {
    for (const NodeId id : graph_.order())
      if (graph_.contains(id) && is_product(graph_.node(id))) TRY(rewrite(chain_of(id)));
    graph_.prune();
    return {};
  }

 private:
  bool is_product(const graph::Node& node) const {
    return node.op == Op::MatMul && is_float_tensor(graph_, node.input(0), 3) &&
           is_float_tensor(graph_, node.output(), 3) && is_float_tensor(graph_, node.input(1), 2) &&
           !float_constant(graph_, node.input(1)).empty() && shape_of(node.output())[1] > 1;
  }

  const Shape& shape_of(ValueId id) const { return graph_.value(id).type.shape; }

  // The node that alone reads the value, once.
  NodeId sole_reader(ValueId value) const {
    if (static_cast<std::size_t>(value) >= readers_.size() || graph_.is_output(value)) return kNoNode;
    const auto& readers = readers_[static_cast<std::size_t>(value)];
    return readers.size() == 1 && graph_.contains(readers.front()) ? readers.front() : kNoNode;
  }

  Chain chain_of(NodeId product) const {
    Chain chain;
    chain.product = chain.last = product;
    const auto next = [&] { return sole_reader(graph_.node(chain.last).output()); };
    NodeId reader = next();
    if (reader != kNoNode && graph_.node(reader).op == Op::Add) {
      const graph::Node& add = graph_.node(reader);
      const ValueId other = add.input(add.input(0) == graph_.node(chain.last).output() ? 1 : 0);
      if (!float_constant(graph_, other).empty() && shape_of(other) == Shape{shape_of(add.output())[2]} &&
          same_type(graph_, graph_.node(chain.last).output(), add.output())) {
        chain.bias = other;
        chain.last = reader;
        reader = next();
      }
    }
    if (reader != kNoNode && graph_.node(reader).op == Op::Add) {
      const graph::Node& add = graph_.node(reader);
      const ValueId other = add.input(add.input(0) == graph_.node(chain.last).output() ? 1 : 0);
      const bool fits = same_type(graph_, other, add.output()) &&
                        same_type(graph_, graph_.node(chain.last).output(), add.output());
      if (fits && !graph_.value(other).is_constant()) {
        chain.residual = other;
        chain.last = reader;
        reader = next();
      }
    }
    if (reader != kNoNode && (graph_.node(reader).op == Op::Gelu || graph_.node(reader).op == Op::Relu))
      chain.last = chain.activation = reader;
    return chain;
  }

  // Height and width of an image that is made of the tokens or that they are made of; one column of pixels otherwise.
  Shape image_shape(const Chain& chain) const {
    const ValueId made = graph_.node(chain.last).output();
    const Shape& tokens = shape_of(made);
    const std::int64_t channels = tokens[2];
    if (const auto& readers = readers_[static_cast<std::size_t>(made)]; !readers.empty())
      for (const NodeId reader : readers) {
        if (!graph_.contains(reader) || graph_.node(reader).op != Op::Transpose) continue;
        const NodeId next = sole_reader(graph_.node(reader).output());
        if (next == kNoNode || graph_.node(next).op != Op::Reshape) continue;
        const ValueId image = graph_.node(next).output();
        if (tokens_of_image(graph_, image) == made) return shape_of(image);
      }
    for (const ValueId from : {graph_.node(chain.product).input(0), chain.residual}) {
      const ValueId image = from == kNoValue ? kNoValue : image_of_tokens(graph_, from);
      if (image != kNoValue) return {tokens[0], channels, shape_of(image)[2], shape_of(image)[3]};
    }
    return {tokens[0], channels, tokens[1], 1};
  }

  ValueId image_of(ValueId tokens, const Shape& like, const std::string& name) {
    const Shape shape{like[0], shape_of(tokens)[2], like[2], like[3]};
    const ValueId image = image_of_tokens(graph_, tokens);
    if (image != kNoValue && shape_of(image) == shape) return image;
    const Shape turned{shape[0], shape[1], shape_of(tokens)[1]};
    const ValueId columns = add_typed(graph_, Op::Transpose, name + "/turned", {tokens}, turned, {{"perm", kTurned}});
    return add_typed(graph_, Op::Reshape, name, {columns, add_shape(graph_, name + "/shape", shape)}, shape);
  }

  // The matrix as filters of one tap.
  Result<ValueId> filters(ValueId matrix, const std::string& name) {
    const std::int64_t inputs = shape_of(matrix)[0], outputs = shape_of(matrix)[1];
    TRY_ASSIGN(Tensor made, Tensor::zeros(DType::float32, {outputs, inputs, 1, 1}));
    const auto from = float_constant(graph_, matrix);
    auto to = made.mutable_as<float>().begin();
    for (std::int64_t o = 0; o < outputs; ++o)
      for (std::int64_t i = 0; i < inputs; ++i) *to++ = from[static_cast<std::size_t>(i * outputs + o)];
    return graph_.add_constant(name, std::move(made));
  }

  Status rewrite(const Chain& chain) {
    const ValueId made = graph_.node(chain.last).output();
    const std::string name = graph_.value(made).name;
    const Shape shape = image_shape(chain);
    const ValueId x = image_of(graph_.node(chain.product).input(0), shape, name + "/image");
    TRY_ASSIGN(const ValueId weights, filters(graph_.node(chain.product).input(1), name + "/filters"));
    ValueId image = add_typed(graph_, Op::Conv, name + "/conv", {x, weights, chain.bias}, shape);
    if (chain.bias == kNoValue) graph_.node(graph_.value(image).producer).inputs.pop_back();
    graph_.node(graph_.value(image).producer).name = graph_.node(chain.product).name;
    if (chain.residual != kNoValue) {
      const ValueId residual = image_of(chain.residual, shape, name + "/residual");
      image = add_typed(graph_, Op::Add, name + "/sum", {image, residual}, shape);
    }
    if (chain.activation != kNoNode) {
      const graph::Node& act = graph_.node(chain.activation);
      image = add_typed(graph_, act.op, name + "/active", {image}, shape, act.attributes);
    }
    const Shape flat{shape[0], shape[1], shape[2] * shape[3]};
    const ValueId columns =
        add_typed(graph_, Op::Reshape, name + "/flat", {image, add_shape(graph_, name + "/flat_shape", flat)}, flat);
    graph::Node& last = graph_.node(chain.last);
    last.op = Op::Transpose;
    last.inputs = {columns};
    last.attributes = {{"perm", kTurned}};
    hand_over(made, image);
    return {};
  }

  // Images that were made of the tokens again read the image itself.
  void hand_over(ValueId tokens, ValueId image) {
    for (const NodeId turn : readers_[static_cast<std::size_t>(tokens)]) {
      if (!graph_.contains(turn) || graph_.node(turn).op != Op::Transpose) continue;
      const ValueId turned = graph_.node(turn).output();
      for (const NodeId shape : readers_[static_cast<std::size_t>(turned)]) {
        if (!graph_.contains(shape) || graph_.node(shape).op != Op::Reshape) continue;
        const ValueId again = graph_.node(shape).output();
        if (tokens_of_image(graph_, again) == tokens && shape_of(again) == shape_of(image) && !graph_.is_output(again))
          graph_.replace_uses(again, image);
      }
    }
  }

  Graph& graph_;
  std::vector<std::vector<NodeId>> readers_;  // of the values that were there before, with those that are gone
};

}  // namespace

Status products_as_convolutions(Graph& graph) { return Rewriter(graph).run(); }

}  // namespace diolkos::passes
