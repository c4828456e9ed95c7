#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "graph/text.h"
#include "graph/text_constant.h"

namespace diolkos::graph {
namespace {

constexpr std::int64_t kElideAbove = 16;

class TextWriter {
 public:
  TextWriter(const Graph& graph, const TextOptions& options) : graph_(graph), options_(options) {}

  std::string write() {
    text_ += "graph ";
    put_quoted(graph_.name);
    text_ += " {\n";
    for (const auto& [key, value] : graph_.metadata) put_metadata(key, value);
    for (ValueId id : graph_.inputs()) put_input(id);
    for (std::size_t i = 0; i < graph_.value_count(); ++i)
      if (graph_.value(static_cast<ValueId>(i)).is_constant()) put_constant(static_cast<ValueId>(i));
    for (NodeId id : graph_.order()) put_node(graph_.node(id));
    for (ValueId id : graph_.outputs()) {
      text_ += "  output ";
      put_name(id);
      text_ += '\n';
    }
    text_ += "}\n";
    return std::move(text_);
  }

 private:
  template <class... Arguments>
  void put(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
  }

  void put_quoted(std::string_view value) {
    text_ += '"';
    for (char c : value) {
      if (c == '"' || c == '\\') {
        text_ += '\\';
        text_ += c;
      } else if (c == '\n') {
        text_ += "\\n";
      } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
        put("\\x{:02x}", static_cast<unsigned char>(c));
      } else {
        text_ += c;
      }
    }
    text_ += '"';
  }

  void put_name(ValueId id) {
    if (id == kNoValue) {
      text_ += '_';
      return;
    }
    const std::string& name = graph_.value(id).name;
    text_ += '%';
    if (!name.empty() && std::all_of(name.begin(), name.end(), is_name_character)) {
      text_ += name;
    } else {
      put_quoted(name);
    }
  }

  void put_shape(DType dtype, const Shape& shape) {
    put("{}[", name_of(dtype));
    for (int i = 0; i < shape.rank(); ++i) {
      if (i != 0) text_ += ',';
      if (shape[i] < 0) {
        text_ += '?';
      } else {
        put("{}", shape[i]);
      }
    }
    text_ += ']';
  }

  void put_type(const TensorType& type) {
    if (type.dtype == DType::undefined) return;
    text_ += ": ";
    put_shape(type.dtype, type.shape);
    if (!type.quantization) return;
    const Quantization& q = *type.quantization;
    put(" quant([{}], [{}]", fmt::join(q.scales, ", "), fmt::join(q.zero_points, ", "));
    if (q.axis >= 0) put(", axis={}", q.axis);
    text_ += ')';
  }

  void put_metadata(std::string_view key, std::string_view value) {
    text_ += "  meta ";
    put_quoted(key);
    text_ += " = ";
    put_quoted(value);
    text_ += '\n';
  }

  void put_input(ValueId id) {
    text_ += "  input ";
    put_name(id);
    put_type(graph_.value(id).type);
    text_ += '\n';
  }

  void put_constant(ValueId id) {
    text_ += "  const ";
    put_name(id);
    put_type(graph_.value(id).type);
    text_ += " = ";
    put_elements(*graph_.value(id).constant);
    text_ += '\n';
  }

  void put_elements(const Tensor& tensor) {
    if (options_.elide_constants && tensor.elements() > kElideAbove) {
      text_ += "...";
    } else {
      write_elements(text_, tensor);
    }
  }

  void put_node(const Node& node) {
    text_ += "  ";
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      if (i != 0) text_ += ", ";
      const Value& made = graph_.value(node.outputs[i]);
      put_name(made.is_constant() ? kNoValue : node.outputs[i]);  // folded: it stands among the constants
      if (!made.is_constant()) put_type(made.type);
    }
    put(" = {}(", name_of(node.op));
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (i != 0) text_ += ", ";
      put_name(node.inputs[i]);
    }
    text_ += ')';
    put_attributes(node.attributes);
    if (!node.name.empty()) {
      text_ += ' ';
      put_quoted(node.name);
    }
    text_ += '\n';
  }

  void put_attributes(const Attributes& attributes) {
    if (attributes.entries().empty()) return;
    std::string_view separator = " {";
    for (const auto& [name, value] : attributes.entries()) {
      put("{}{}=", separator, name);
      std::visit([this](const auto& held) { put_value(held); }, value);
      separator = ", ";
    }
    text_ += '}';
  }

  void put_value(std::int64_t value) { put("{}", value); }
  void put_value(const std::string& value) { put_quoted(value); }
  void put_value(const std::vector<std::int64_t>& values) { put("[{}]", fmt::join(values, ",")); }

  // Always told from an integer: by a point, an exponent, or a name.
  void put_value(float value) {
    const std::size_t start = text_.size();
    put("{}", value);
    if (text_.find_first_of(".eain", start) == std::string::npos) text_ += ".0";
  }

  void put_value(const std::vector<float>& values) {
    text_ += values.empty() ? "floats[" : "[";
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i != 0) text_ += ',';
      put_value(values[i]);
    }
    text_ += ']';
  }

  void put_value(const Tensor& tensor) {
    text_ += "tensor(";
    put_shape(tensor.dtype(), tensor.shape());
    text_ += ", ";
    put_elements(tensor);
    text_ += ')';
  }

  const Graph& graph_;
  const TextOptions& options_;
  std::string text_;
};

}  // namespace

std::string to_text(const Graph& graph, const TextOptions& options) { return TextWriter(graph, options).write(); }

}  // namespace diolkos::graph
