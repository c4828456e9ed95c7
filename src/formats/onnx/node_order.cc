#include "formats/onnx/node_order.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "base/nearest_name.h"

namespace diolkos::formats::onnx_io {
namespace {

constexpr int kGiven = -1;  // the maker of inputs and initializers

using Makers = std::unordered_map<std::string_view, int>;

Status add_node_outputs(const ::onnx::GraphProto& graph, Makers& makers) {
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string& output : graph.node(i).output()) {
      if (output.empty()) continue;
      const auto [known, added] = makers.emplace(output, i);
      if (added) continue;
      const std::string other =
          known->second == kGiven ? "an input or initializer" : describe(graph.node(known->second));
      return invalid(fmt::format("{}: its output '{}' is also made by {}; names must be unique",
                                 describe(graph.node(i)), output, other));
    }
  }
  return {};
}

Result<Makers> makers_of(const ::onnx::GraphProto& graph) {
  Makers makers;
  for (const auto& tensor : graph.initializer())
    if (!makers.emplace(tensor.name(), kGiven).second)
      return invalid(fmt::format("initializer '{}' is there twice", tensor.name()));
  std::unordered_map<std::string_view, int> inputs;  // may repeat initializers, not each other
  for (const auto& input : graph.input()) {
    if (input.name().empty()) return invalid("an input has no name");
    if (!inputs.emplace(input.name(), kGiven).second)
      return invalid(fmt::format("input '{}' is there twice", input.name()));
    makers.emplace(input.name(), kGiven);
  }
  TRY(add_node_outputs(graph, makers));
  return makers;
}

std::string suggestion(std::string_view name, const Makers& makers) {
  std::vector<std::string_view> names;
  for (const auto& [known, maker] : makers) names.push_back(known);
  std::sort(names.begin(), names.end());
  return names.size() < 10000 ? did_you_mean(name, names) : std::string();
}

std::string left_over(const ::onnx::GraphProto& graph, const std::vector<int>& waiting) {
  const auto first = std::find_if(waiting.begin(), waiting.end(), [](int count) { return count > 0; });
  return fmt::format("{}: it reads, directly or not, its own output: the graph has a cycle",
                     describe(graph.node(static_cast<int>(first - waiting.begin()))));
}

}  // namespace

std::string name_of(const ::onnx::NodeProto& node) {
  if (!node.name().empty()) return node.name();
  for (const std::string& output : node.output())
    if (!output.empty()) return output;
  return {};
}

std::string describe(const ::onnx::NodeProto& node) {
  return fmt::format("node '{}' ({})", name_of(node), node.op_type());
}

Result<std::vector<int>> node_order(const ::onnx::GraphProto& graph) {
  TRY_ASSIGN(const Makers makers, makers_of(graph));
  const auto count = static_cast<std::size_t>(graph.node_size());
  std::vector<int> waiting(count, 0);
  std::vector<std::vector<int>> readers(count);
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string& input : graph.node(i).input()) {
      if (input.empty()) continue;
      const auto maker = makers.find(input);
      if (maker == makers.end())
        return invalid(fmt::format("{}: its input '{}' is made by no node, input or initializer{}",
                                   describe(graph.node(i)), input, suggestion(input, makers)));
      if (maker->second == kGiven) continue;
      readers[static_cast<std::size_t>(maker->second)].push_back(i);
      ++waiting[static_cast<std::size_t>(i)];
    }
  }
  std::vector<int> ready;  // a heap, the smallest index on top
  for (int i = graph.node_size() - 1; i >= 0; --i)
    if (waiting[static_cast<std::size_t>(i)] == 0) ready.push_back(i);
  std::make_heap(ready.begin(), ready.end(), std::greater<>());
  std::vector<int> order;
  while (!ready.empty()) {
    std::pop_heap(ready.begin(), ready.end(), std::greater<>());
    order.push_back(ready.back());
    ready.pop_back();
    for (int reader : readers[static_cast<std::size_t>(order.back())]) {
      if (--waiting[static_cast<std::size_t>(reader)] != 0) continue;
      ready.push_back(reader);
      std::push_heap(ready.begin(), ready.end(), std::greater<>());
    }
  }
  if (order.size() != count) return invalid(left_over(graph, waiting));
  return order;
}

}  // namespace diolkos::formats::onnx_io
