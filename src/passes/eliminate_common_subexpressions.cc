#include "passes/eliminate_common_subexpressions.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <string>
#include <type_traits>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace diolkos::passes {

using graph::Graph;
using graph::NodeId;
using graph::ValueId;

namespace {

constexpr std::size_t kSmallConstant = 1024;  // bytes

std::string bits_of(float value) { return fmt::format("{:x}", std::bit_cast<std::uint32_t>(value)); }

// nullopt for tensors: nodes that hold one are left alone.
std::optional<std::string> key_of(const graph::Attribute& attribute) {
  return std::visit(
      [](const auto& value) -> std::optional<std::string> {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, Tensor>) {
          return std::nullopt;
        } else if constexpr (std::is_same_v<T, float>) {
          return fmt::format("f{}", bits_of(value));
        } else if constexpr (std::is_same_v<T, std::vector<float>>) {
          std::string key = "F";
          for (const float element : value) key += fmt::format("{},", bits_of(element));
          return key;
        } else if constexpr (std::is_same_v<T, std::string>) {
          return fmt::format("s{}:{}", value.size(), value);
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          return fmt::format("i{}", value);
        } else {
          return fmt::format("I{}", fmt::join(value, ","));
        }
      },
      attribute);
}

std::string key_of(const Graph& graph, ValueId id) {
  if (id == graph::kNoValue) return "-";
  const graph::Value& value = graph.value(id);
  if (!value.is_constant() || value.type.quantization || value.constant->bytes() > kSmallConstant)
    return fmt::format("%{}", id);
  const auto* bytes = reinterpret_cast<const char*>(value.constant->data());
  return fmt::format("{} {}:{}", name_of(value.type.dtype), to_string(value.type.shape),
                     std::string_view(bytes, value.constant->bytes()));
}

std::optional<std::string> key_of(const Graph& graph, const graph::Node& node) {
  std::string key = fmt::format("{}/{}", name_of(node.op), node.outputs.size());
  for (const ValueId input : node.inputs) key += fmt::format("({})", key_of(graph, input));
  for (const auto& [name, value] : node.attributes.entries()) {
    const auto text = key_of(value);
    if (!text) return std::nullopt;
    key += fmt::format("{{{}={}}}", name, *text);
  }
  return key;
}

bool is_replaceable(const Graph& graph, const graph::Node& node) {
  return std::none_of(node.outputs.begin(), node.outputs.end(),
                      [&](ValueId id) { return graph.is_output(id) || graph.value(id).type.quantization.has_value(); });
}

}  // namespace

Status eliminate_common_subexpressions(Graph& graph) {
  std::map<std::string, NodeId> seen;
  for (const NodeId id : graph.order()) {
    const auto key = key_of(graph, graph.node(id));
    if (!key) continue;
    const auto [at, is_new] = seen.emplace(*key, id);
    if (is_new || !is_replaceable(graph, graph.node(id))) continue;
    const auto& kept = graph.node(at->second).outputs;
    const auto& gone = graph.node(id).outputs;
    for (std::size_t i = 0; i < gone.size(); ++i) graph.replace_uses(gone[i], kept[i]);
    graph.erase_node(id);
  }
  graph.prune();
  return {};
}

}  // namespace diolkos::passes
