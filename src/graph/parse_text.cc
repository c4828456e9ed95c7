#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "base/nearest_name.h"
#include "graph/text.h"
#include "graph/text_constant.h"
#include "graph/text_cursor.h"

namespace diolkos::graph {
namespace {

constexpr std::uint64_t kGeneratedBytes = std::uint64_t{1} << 28;  // of splat() and seeded() constants in one text

// Recursive nowhere: the grammar nests to a fixed depth.
class TextParser {
 public:
  explicit TextParser(std::string_view text) : cursor_(text) {}

  Result<Graph> parse() {
    TRY(cursor_.expect("graph"));
    TRY_ASSIGN(graph_.name, cursor_.quoted("the graph's name"));
    TRY(cursor_.expect("{"));
    while (!cursor_.take("}")) TRY(parse_statement());
    if (!cursor_.at_end()) return cursor_.error("expected the end of the text");
    return std::move(graph_);
  }

 private:
  struct Output {
    std::string name;
    TensorType type;
  };

  Status parse_statement() {
    if (cursor_.take_word("meta")) return parse_metadata();
    if (cursor_.take_word("input")) return parse_input();
    if (cursor_.take_word("const")) return parse_constant();
    if (cursor_.take_word("output")) return parse_output();
    if (cursor_.peek() == '%' || cursor_.peek() == '_') return parse_node();
    return cursor_.error("expected meta, input, const, output, a node or '}'");
  }

  Status parse_metadata() {
    TRY_ASSIGN(std::string key, cursor_.quoted("a key"));
    TRY(cursor_.expect("="));
    TRY_ASSIGN(graph_.metadata[key], cursor_.quoted("a value"));
    return {};
  }

  Status parse_input() {
    TRY_ASSIGN(Output made, parse_new_value());
    graph_.add_input(made.name, std::move(made.type));
    return {};
  }

  Status parse_constant() {
    TRY_ASSIGN(Output made, parse_new_value());
    if (!made.type.known()) return cursor_.error("expected the constant's type, all dimensions known");
    TRY(cursor_.expect("="));
    TRY_ASSIGN(Tensor tensor, read_elements(cursor_, made.type.dtype, made.type.shape, budget_));
    const ValueId id = graph_.add_constant(made.name, std::move(tensor));
    graph_.value(id).type.quantization = std::move(made.type.quantization);
    return {};
  }

  Status parse_output() {
    TRY_ASSIGN(const ValueId id, parse_known_value());
    graph_.add_output(id);
    return {};
  }

  Status parse_node() {
    std::vector<Output> outputs;
    do {
      if (cursor_.take_word("_")) {
        outputs.emplace_back();
        continue;
      }
      TRY_ASSIGN(Output made, parse_new_value());
      for (const Output& other : outputs)
        if (other.name == made.name) return cursor_.error(fmt::format("'{}' is defined twice", made.name));
      outputs.push_back(std::move(made));
    } while (cursor_.take(","));
    TRY(cursor_.expect("="));
    TRY_ASSIGN(const Op op, parse_op());
    TRY_ASSIGN(std::vector<ValueId> inputs, parse_arguments());
    TRY_ASSIGN(Attributes attributes, parse_attributes());
    std::string name;
    if (cursor_.peek() == '"') {
      TRY_ASSIGN(name, cursor_.quoted("the node's name"));
    }
    std::vector<std::string> names;
    for (const Output& made : outputs) names.push_back(made.name);
    const NodeId id = graph_.add_node(op, name, std::move(inputs), std::move(attributes), names);
    for (std::size_t i = 0; i < outputs.size(); ++i)
      graph_.value(graph_.node(id).outputs[i]).type = std::move(outputs[i].type);
    return {};
  }

  Result<Op> parse_op() {
    TRY_ASSIGN(const std::string_view word, cursor_.word("an operator"));
    if (const auto op = op_named(word)) return *op;
    std::vector<std::string_view> names;
    for (int i = 0; i < op_count(); ++i) names.push_back(name_of(static_cast<Op>(i)));
    return cursor_.error(fmt::format("there is no operator '{}'{}", word, did_you_mean(word, names)));
  }

  Result<std::vector<ValueId>> parse_arguments() {
    TRY(cursor_.expect("("));
    std::vector<ValueId> inputs;
    while (!cursor_.take(")")) {
      if (!inputs.empty()) TRY(cursor_.expect(","));
      if (cursor_.take_word("_")) {
        inputs.push_back(kNoValue);
        continue;
      }
      TRY_ASSIGN(const ValueId id, parse_known_value());
      inputs.push_back(id);
    }
    return inputs;
  }

  // "%name" or "%name: type", not defined before.
  Result<Output> parse_new_value() {
    Output made;
    TRY_ASSIGN(made.name, cursor_.value_name());
    if (made.name.empty()) return cursor_.error("a value's name is empty");
    if (graph_.find_value(made.name) != kNoValue) return cursor_.error(fmt::format("'{}' is defined twice", made.name));
    if (cursor_.take(":")) {
      TRY_ASSIGN(made.type, parse_type());
    }
    return made;
  }

  Result<ValueId> parse_known_value() {
    TRY_ASSIGN(const std::string name, cursor_.value_name());
    const ValueId id = graph_.find_value(name);
    if (id == kNoValue) return cursor_.error(fmt::format("'{}' is not defined before its use", name));
    return id;
  }

  Result<TensorType> parse_type() {
    TensorType type;
    TRY_ASSIGN(const std::string_view word, cursor_.word("an element type"));
    const auto dtype = dtype_named(word);
    if (!dtype) return cursor_.error(fmt::format("there is no element type '{}'", word));
    type.dtype = *dtype;
    TRY(cursor_.expect("["));
    while (!cursor_.take("]")) {
      if (type.shape.rank() != 0) TRY(cursor_.expect(","));
      std::int64_t extent = -1;
      if (!cursor_.take("?")) {
        TRY_ASSIGN(extent, cursor_.integer());
        if (extent < 0) return cursor_.error(fmt::format("a dimension of {}", extent));
      }
      if (!type.shape.push_back(extent)) return cursor_.error(fmt::format("more than {} dimensions", Shape::kMaxRank));
    }
    if (cursor_.take_word("quant")) {
      TRY_ASSIGN(type.quantization, parse_quantization());
    }
    return type;
  }

  Result<Quantization> parse_quantization() {
    Quantization quantization;
    TRY(cursor_.expect("("));
    TRY(parse_numbers(DType::float32, quantization.scales));
    TRY(cursor_.expect(","));
    TRY(parse_numbers(DType::int32, quantization.zero_points));
    if (cursor_.take(",")) {
      TRY(cursor_.expect("axis"));
      TRY(cursor_.expect("="));
      TRY_ASSIGN(const std::int64_t axis, cursor_.integer());
      if (axis < 0 || axis >= Shape::kMaxRank) return cursor_.error(fmt::format("there is no axis {}", axis));
      quantization.axis = static_cast<int>(axis);
    }
    TRY(cursor_.expect(")"));
    return quantization;
  }

  template <class T>
  Status parse_numbers(DType dtype, std::vector<T>& numbers) {
    TRY(cursor_.expect("["));
    while (!cursor_.take("]")) {
      if (!numbers.empty()) TRY(cursor_.expect(","));
      TRY(read_number(cursor_, dtype, reinterpret_cast<std::byte*>(&numbers.emplace_back())));
    }
    return {};
  }

  Result<Attributes> parse_attributes() {
    Attributes attributes;
    if (!cursor_.take("{")) return attributes;
    while (!cursor_.take("}")) {
      if (!attributes.entries().empty()) TRY(cursor_.expect(","));
      TRY_ASSIGN(const std::string_view name, cursor_.word("an attribute's name"));
      if (attributes.has(name)) return cursor_.error(fmt::format("attribute '{}' is given twice", name));
      TRY(cursor_.expect("="));
      TRY_ASSIGN(Attribute value, parse_attribute());
      attributes.set(name, std::move(value));
    }
    return attributes;
  }

  Result<Attribute> parse_attribute() {
    if (cursor_.peek() == '"') return cursor_.quoted("the attribute's value");
    if (cursor_.take("tensor(")) return parse_tensor();
    if (cursor_.take("floats")) {
      std::vector<float> floats;
      TRY(parse_numbers(DType::float32, floats));
      return floats;
    }
    if (cursor_.peek() != '[') return parse_scalar();
    return parse_list();
  }

  Result<Attribute> parse_tensor() {
    TRY_ASSIGN(const TensorType type, parse_type());
    if (!type.known()) return cursor_.error("the dimensions of a tensor must be known");
    TRY(cursor_.expect(","));
    TRY_ASSIGN(Tensor tensor, read_elements(cursor_, type.dtype, type.shape, budget_));
    TRY(cursor_.expect(")"));
    return tensor;
  }

  // An integer, or a float where a point, an exponent or a name (inf, nan) says so.
  Result<Attribute> parse_scalar() {
    const TextCursor start = cursor_;
    TRY_ASSIGN(const std::string_view digits, cursor_.number());
    cursor_ = start;
    if (digits.find_first_of(".eain") == std::string_view::npos) return cursor_.integer();
    float value = 0;
    TRY(read_number(cursor_, DType::float32, reinterpret_cast<std::byte*>(&value)));
    return value;
  }

  // Of floats where the first is one.
  Result<Attribute> parse_list() {
    const TextCursor start = cursor_;
    TRY(cursor_.expect("["));
    bool floats = false;
    if (cursor_.peek() != ']') {
      TRY_ASSIGN(const Attribute first, parse_scalar());
      floats = std::holds_alternative<float>(first);
    }
    cursor_ = start;
    if (floats) {
      std::vector<float> numbers;
      TRY(parse_numbers(DType::float32, numbers));
      return numbers;
    }
    std::vector<std::int64_t> numbers;
    TRY(parse_numbers(DType::int64, numbers));
    return numbers;
  }

  TextCursor cursor_;
  Graph graph_;
  std::uint64_t budget_ = kGeneratedBytes;
};

}  // namespace

Result<Graph> parse_text(std::string_view text) { return TextParser(text).parse(); }

}  // namespace diolkos::graph
