#include "graph/graph.h"

#include <algorithm>

#include <fmt/format.h>

namespace diolkos::graph {

std::string Graph::unique_name(std::string_view wanted) {
  std::string base(wanted.empty() ? std::string_view("value") : wanted);
  if (names_.find(base) == names_.end() && !wanted.empty()) return base;
  int& suffix = suffixes_[base];
  for (;;) {
    std::string candidate = fmt::format("{}_{}", base, ++suffix);
    if (names_.find(candidate) == names_.end()) return candidate;
  }
}

ValueId Graph::add_value(std::string_view wanted) {
  const auto id = static_cast<ValueId>(values_.size());
  Value& value = values_.emplace_back();
  value.name = unique_name(wanted);
  names_.emplace(value.name, id);
  return id;
}

ValueId Graph::add_input(std::string_view input_name, TensorType type) {
  const ValueId id = add_value(input_name);
  value(id).type = std::move(type);
  inputs_.push_back(id);
  return id;
}

ValueId Graph::add_constant(std::string_view constant_name, Tensor tensor) {
  const ValueId id = add_value(constant_name);
  value(id).type = {tensor.dtype(), tensor.shape(), {}};
  value(id).constant = std::move(tensor);
  return id;
}

NodeId Graph::add_node(Op op, std::string_view node_name, std::vector<ValueId> inputs, Attributes attributes,
                       int output_count) {
  std::vector<std::string> names{std::string(node_name.empty() ? name_of(op) : node_name)};
  for (int i = 1; i < output_count; ++i) names.push_back(fmt::format("{}.{}", names.front(), i));
  return add_node(op, node_name, std::move(inputs), std::move(attributes), names);
}

NodeId Graph::add_node(Op op, std::string_view node_name, std::vector<ValueId> inputs, Attributes attributes,
                       std::span<const std::string> output_names) {
  const auto id = static_cast<NodeId>(nodes_.size());
  Node made;
  made.op = op;
  made.name = node_name;
  made.inputs = std::move(inputs);
  made.attributes = std::move(attributes);
  for (const std::string& output_name : output_names) {
    const ValueId output = add_value(output_name);
    value(output).producer = id;
    value(output).output_index = static_cast<int>(made.outputs.size());
    made.outputs.push_back(output);
  }
  nodes_.push_back(std::move(made));
  alive_.push_back(true);
  return id;
}

ValueId Graph::add(Op op, std::string_view node_name, std::vector<ValueId> inputs, Attributes attributes) {
  return node(add_node(op, node_name, std::move(inputs), std::move(attributes))).output();
}

ValueId Graph::find_value(std::string_view wanted) const {
  auto found = names_.find(wanted);
  return found == names_.end() ? kNoValue : found->second;
}

std::vector<NodeId> Graph::order() const {
  std::vector<int> waiting(nodes_.size(), 0);
  std::vector<std::vector<NodeId>> readers(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!alive_[i]) continue;
    for (ValueId input : nodes_[i].inputs) {
      const NodeId producer = input == kNoValue ? kNoNode : value(input).producer;
      if (!contains(producer)) continue;
      readers[static_cast<std::size_t>(producer)].push_back(static_cast<NodeId>(i));
      ++waiting[i];
    }
  }
  std::vector<NodeId> ready;  // a heap, the smallest id on top
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (alive_[i] && waiting[i] == 0) ready.push_back(static_cast<NodeId>(i));
  std::make_heap(ready.begin(), ready.end(), std::greater<>());
  std::vector<NodeId> sorted;
  while (!ready.empty()) {
    std::pop_heap(ready.begin(), ready.end(), std::greater<>());
    const NodeId next = ready.back();
    ready.pop_back();
    sorted.push_back(next);
    for (NodeId reader : readers[static_cast<std::size_t>(next)]) {
      if (--waiting[static_cast<std::size_t>(reader)] != 0) continue;
      ready.push_back(reader);
      std::push_heap(ready.begin(), ready.end(), std::greater<>());
    }
  }
  return sorted;
}

bool Graph::contains(NodeId id) const {
  return id >= 0 && static_cast<std::size_t>(id) < alive_.size() && alive_[static_cast<std::size_t>(id)];
}

std::size_t Graph::node_count() const {
  return static_cast<std::size_t>(std::count(alive_.begin(), alive_.end(), true));
}

std::vector<NodeId> Graph::users(ValueId id) const {
  std::vector<NodeId> found;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!alive_[i]) continue;
    const auto& inputs = nodes_[i].inputs;
    if (std::find(inputs.begin(), inputs.end(), id) != inputs.end()) found.push_back(static_cast<NodeId>(i));
  }
  return found;
}

bool Graph::is_output(ValueId id) const { return std::find(outputs_.begin(), outputs_.end(), id) != outputs_.end(); }

NodeId Graph::sole_producer(ValueId id, Op op) const {
  if (id == kNoValue || is_output(id)) return kNoNode;
  const NodeId producer = value(id).producer;
  if (!contains(producer) || node(producer).op != op || reads(id) != 1) return kNoNode;
  return producer;
}

std::size_t Graph::reads(ValueId id) const {
  std::ptrdiff_t count = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (alive_[i]) count += std::count(nodes_[i].inputs.begin(), nodes_[i].inputs.end(), id);
  return static_cast<std::size_t>(count);
}

// The name of a value that is gone may belong to another by now.
void Graph::release_name(ValueId id) {
  auto found = names_.find(value(id).name);
  if (found != names_.end() && found->second == id) names_.erase(found);
}

void Graph::rename(ValueId id, std::string_view wanted) {
  release_name(id);
  value(id).name = unique_name(wanted);
  names_.emplace(value(id).name, id);
}

void Graph::replace_uses(ValueId from, ValueId to) {
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (alive_[i]) std::replace(nodes_[i].inputs.begin(), nodes_[i].inputs.end(), from, to);
  std::replace(outputs_.begin(), outputs_.end(), from, to);
}

void Graph::erase_node(NodeId id) {
  alive_[static_cast<std::size_t>(id)] = false;
  for (ValueId output : node(id).outputs)
    if (value(output).producer == id) release_name(output);
}

void Graph::make_constant(ValueId id, Tensor tensor) {
  Value& made = value(id);
  const NodeId producer = made.producer;
  made.type.dtype = tensor.dtype();
  made.type.shape = tensor.shape();
  made.constant = std::move(tensor);
  made.producer = kNoNode;
  std::erase(inputs_, id);
  if (!contains(producer)) return;
  const auto& made_outputs = node(producer).outputs;
  if (std::all_of(made_outputs.begin(), made_outputs.end(), [&](ValueId v) { return value(v).is_constant(); }))
    erase_node(producer);
}

void Graph::prune() {
  std::vector<bool> needed(values_.size(), false);
  for (ValueId output : outputs_) needed[static_cast<std::size_t>(output)] = true;
  const std::vector<NodeId> sorted = order();
  for (auto at = sorted.rbegin(); at != sorted.rend(); ++at) {
    const Node& candidate = node(*at);
    const bool read = std::any_of(candidate.outputs.begin(), candidate.outputs.end(),
                                  [&](ValueId v) { return needed[static_cast<std::size_t>(v)]; });
    if (!read) {
      erase_node(*at);
      continue;
    }
    for (ValueId input : candidate.inputs)
      if (input != kNoValue) needed[static_cast<std::size_t>(input)] = true;
  }
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (needed[i] || !values_[i].constant) continue;
    values_[i].constant.reset();
    release_name(static_cast<ValueId>(i));
  }
}

std::string describe(const Node& node) { return fmt::format("node '{}' ({})", node.name, name_of(node.op)); }

std::optional<std::vector<std::int64_t>> constant_ints(const Graph& graph, ValueId id) {
  if (id == kNoValue || !graph.value(id).is_constant()) return std::nullopt;
  auto converted = to_int64(*graph.value(id).constant);
  if (!converted) return std::nullopt;
  auto values = converted->as<std::int64_t>();
  return std::vector<std::int64_t>(values.begin(), values.end());
}

std::optional<float> constant_scalar(const Graph& graph, ValueId id) {
  if (id == kNoValue || !graph.value(id).is_constant()) return std::nullopt;
  const Tensor& tensor = *graph.value(id).constant;
  if (tensor.elements() != 1 || !is_float(tensor.dtype())) return std::nullopt;
  auto converted = to_float32(tensor);
  if (!converted) return std::nullopt;
  return converted->as<float>()[0];
}

}  // namespace diolkos::graph
