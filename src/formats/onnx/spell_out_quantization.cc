#include "formats/onnx/spell_out_quantization.h"

#include <algorithm>

#include <fmt/format.h>

namespace diolkos::formats::onnx_io {
namespace {

using graph::Graph;
using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::Op;
using graph::Quantization;
using graph::TensorType;
using graph::ValueId;

bool is_stored(const graph::Value& value) { return value.type.quantization && value.type.dtype != DType::float32; }

bool only_converts(const Node& node) { return node.op == Op::QuantizeLinear || node.op == Op::DequantizeLinear; }

bool is_activation(Op op) { return op == Op::Relu || op == Op::Clip; }

bool same(const Quantization& a, const Quantization& b) {
  return a.scales == b.scales && a.zero_points == b.zero_points && a.axis == b.axis;
}

class SpellOut {
 public:
  explicit SpellOut(const Graph& from) : from_(from), to_(from.value_count()) {}

  Result<Graph> run() {
    result_.name = from_.name;
    result_.metadata = from_.metadata;
    for (const ValueId id : from_.inputs()) {
      const graph::Value& value = from_.value(id);
      const ValueId made = result_.add_input(value.name, {value.type.dtype, value.type.shape, {}});
      (is_stored(value) ? of(id).stored : of(id).real) = made;
    }
    for (const NodeId id : from_.order()) {
      const Node& node = from_.node(id);
      if (Status status = add(node); !status) return failure(within(graph::describe(node), std::move(status).error()));
    }
    for (const ValueId id : from_.outputs()) {
      TRY_ASSIGN(const ValueId made, is_stored(from_.value(id)) ? stored(id) : real(id));
      result_.add_output(made);
    }
    result_.prune();
    return std::move(result_);
  }

 private:
  struct Made {
    ValueId stored = kNoValue, real = kNoValue;
    bool shifted = false;  // int8 told as uint8
  };
  Made& of(ValueId id) { return to_[static_cast<std::size_t>(id)]; }

  ValueId typed(ValueId id, DType dtype, const Shape& shape) {
    result_.value(id).type = {dtype, shape, {}};
    return id;
  }

  // The value has the name, the node another: operators keep theirs, and runtimes want each once.
  ValueId add_named(Op op, const std::string& name, std::vector<ValueId> inputs, graph::Attributes attributes) {
    const std::string names[] = {name};
    const std::string of_node = name + (op == Op::QuantizeLinear ? "/quantize" : "/dequantize");
    return result_.node(result_.add_node(op, of_node, std::move(inputs), std::move(attributes), names)).output();
  }

  // {scale, zero point} of a value's integers; of 32-bit ones, whose zero point is 0, the scale alone.
  Result<std::vector<ValueId>> parameters(ValueId id) {
    const graph::Value& value = from_.value(id);
    const Quantization& q = *value.type.quantization;
    const auto count = static_cast<std::int64_t>(q.scales.size());
    const Shape shape = count == 1 ? Shape{} : Shape{count};
    std::vector<ValueId> made{result_.add_constant(value.name + "/scale", Tensor::of(shape, std::span(q.scales)))};
    if (value.type.dtype == DType::int32) return made;
    const bool shifted = of(id).shifted;
    if (value.type.dtype == DType::int8 && !shifted) {
      const std::vector<std::int8_t> zeros(q.zero_points.begin(), q.zero_points.end());
      made.push_back(result_.add_constant(value.name + "/zero_point", Tensor::of(shape, std::span(zeros))));
    } else if (value.type.dtype == DType::int8 || value.type.dtype == DType::uint8) {
      std::vector<std::uint8_t> zeros;
      for (const std::int32_t zero : q.zero_points)
        zeros.push_back(static_cast<std::uint8_t>(zero + (shifted ? 128 : 0)));
      made.push_back(
          result_.add_constant(value.name + "/zero_point", Tensor::of(shape, std::span<const std::uint8_t>(zeros))));
    } else {
      return unsupported(fmt::format("'{}' is {}: ONNX has int8 and uint8 activations only", value.name,
                                     name_of(value.type.dtype)));
    }
    return made;
  }

  Result<ValueId> stored(ValueId id) {
    Made& made = of(id);
    const graph::Value& value = from_.value(id);
    if (made.stored == kNoValue && value.is_constant()) made.stored = result_.add_constant(value.name, *value.constant);
    if (made.stored == kNoValue) return quantize(id);
    return made.stored;
  }

  // After its float form, which is there.
  Result<ValueId> quantize(ValueId id) {
    const graph::Value& value = from_.value(id);
    Made& made = of(id);
    made.shifted = value.type.dtype == DType::int8 && !from_.is_output(id);
    TRY_ASSIGN(std::vector<ValueId> inputs, parameters(id));
    inputs.insert(inputs.begin(), made.real);
    made.stored = typed(add_named(Op::QuantizeLinear, value.name, std::move(inputs), {}),
                        made.shifted ? DType::uint8 : value.type.dtype, value.type.shape);
    made.real = kNoValue;  // from here on the rounded value counts
    return made.stored;
  }

  Result<ValueId> real(ValueId id, std::string_view name = {}) {
    Made& made = of(id);
    const graph::Value& value = from_.value(id);
    if (made.real != kNoValue) return made.real;
    if (!is_stored(value)) return made.real = result_.add_constant(value.name, *value.constant);
    TRY_ASSIGN(const ValueId integers, stored(id));
    TRY_ASSIGN(std::vector<ValueId> inputs, parameters(id));
    inputs.insert(inputs.begin(), integers);
    graph::Attributes attributes;
    if (value.type.quantization->scales.size() > 1)
      attributes.set("axis", std::int64_t{std::max(0, value.type.quantization->axis)});
    const std::string wanted = name.empty() ? value.name + "/real" : std::string(name);
    return made.real = typed(add_named(Op::DequantizeLinear, wanted, std::move(inputs), std::move(attributes)),
                             DType::float32, value.type.shape);
  }

  // Whether all that reads the value is an activation that keeps its scale.
  bool activated_next(ValueId id) const {
    const auto users = from_.users(id);
    if (users.size() != 1 || from_.is_output(id)) return false;
    const Node& user = from_.node(users.front());
    const graph::Value& result = from_.value(user.output());
    return is_activation(user.op) && user.input(0) == id && is_stored(result) &&
           same(*result.type.quantization, *from_.value(id).type.quantization);
  }

  Status add(const Node& node) {
    const ValueId output = node.output();
    const graph::Value& value = from_.value(output);
    if (node.op == Op::DequantizeLinear) {
      TRY_ASSIGN(of(output).real, real(node.input(0), value.name));
      return {};
    }
    std::vector<ValueId> inputs;
    for (const ValueId input : node.inputs) {
      if (input == kNoValue) {
        inputs.push_back(kNoValue);
        continue;
      }
      TRY_ASSIGN(const ValueId made, real(input));
      inputs.push_back(made);
    }
    if (node.op == Op::QuantizeLinear) {
      of(output).real = inputs.front();
      return discard(quantize(output));
    }
    std::vector<std::string> names;
    for (const ValueId id : node.outputs)
      names.push_back(from_.value(id).name + (is_stored(from_.value(id)) ? "/exact" : ""));
    const NodeId made = result_.add_node(node.op, node.name, std::move(inputs), node.attributes, names);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      const ValueId id = node.outputs[i];
      const graph::Value& old = from_.value(id);
      of(id).real =
          typed(result_.node(made).outputs[i], is_stored(old) ? DType::float32 : old.type.dtype, old.type.shape);
      if (is_stored(old) && !activated_next(id)) TRY(discard(quantize(id)));
    }
    return {};
  }

  static Status discard(const Result<ValueId>& made) {
    if (!made) return failure(made.error());
    return {};
  }

  const Graph& from_;
  Graph result_;
  std::vector<Made> to_;
};

}  // namespace

bool computes_in_integers(const Graph& graph) {
  return std::ranges::any_of(graph.order(), [&](NodeId id) {
    const Node& node = graph.node(id);
    const auto integers = [&](ValueId value) { return value != kNoValue && is_stored(graph.value(value)); };
    return !only_converts(node) &&
           (std::ranges::any_of(node.inputs, integers) || std::ranges::any_of(node.outputs, integers));
  });
}

Result<Graph> spell_out_quantization(const Graph& graph) { return SpellOut(graph).run(); }

}  // namespace diolkos::formats::onnx_io
