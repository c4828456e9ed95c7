#include "compare/compare.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "runtime/session.h"

namespace diolkos::compare {
namespace {

using graph::Graph;
using graph::kNoNode;
using graph::kNoValue;
using graph::NodeId;
using graph::ValueId;

constexpr double kMostDb = 60;  // beyond, an SQNR tells nothing about what quantization lost

struct Match {
  ValueId reference = kNoValue;
  ValueId other = kNoValue;
};

bool is_comparable(const graph::TensorType& type) {
  return type.dtype == DType::float32 || type.quantization.has_value();
}

bool is_made(const Graph& graph, ValueId id) {
  return id != kNoValue && !graph.value(id).is_constant() && graph.value(id).producer != kNoNode;
}

bool only_shapes(graph::Op op) {
  return op == graph::Op::Reshape || op == graph::Op::Flatten || op == graph::Op::Squeeze || op == graph::Op::Unsqueeze;
}

// Values of the same name and shape that nodes of both make, in the reference's order.
std::vector<Match> match_layers(const Graph& reference, const Graph& other) {
  std::vector<Match> matches;
  for (const NodeId id : reference.order()) {
    if (only_shapes(reference.node(id).op)) continue;
    for (const ValueId value : reference.node(id).outputs) {
      const ValueId found = other.find_value(reference.value(value).name);
      if (!is_made(other, found) || !(reference.value(value).type.shape == other.value(found).type.shape)) continue;
      if (is_comparable(reference.value(value).type) && is_comparable(other.value(found).type))
        matches.push_back({value, found});
    }
  }
  return matches;
}

Status check_inputs(const Graph& reference, const Graph& other) {
  if (reference.inputs().size() != other.inputs().size())
    return invalid(fmt::format("the networks have {} and {} inputs", reference.inputs().size(), other.inputs().size()));
  for (std::size_t i = 0; i < reference.inputs().size(); ++i) {
    const graph::Value& a = reference.value(reference.inputs()[i]);
    const graph::Value& b = other.value(other.inputs()[i]);
    if (!(a.type.shape == b.type.shape) || a.type.dtype != b.type.dtype)
      return invalid(fmt::format("the networks' inputs differ: '{}' is {} {}, '{}' is {} {}", a.name,
                                 name_of(a.type.dtype), to_string(a.type.shape), b.name, name_of(b.type.dtype),
                                 to_string(b.type.shape)));
  }
  return {};
}

// Outputs that are of one shape but for axes of 1.
bool same_elements(const Graph& reference, ValueId a, const Graph& other, ValueId b) {
  return reference.value(a).type.shape.elements() == other.value(b).type.shape.elements();
}

Result<std::vector<Match>> match_outputs(const Graph& reference, const Graph& other) {
  std::vector<Match> matches;
  for (std::size_t i = 0; i < other.outputs().size(); ++i) {
    const ValueId value = other.outputs()[i];
    const ValueId named = reference.find_value(other.value(value).name);
    const ValueId placed = i < reference.outputs().size() ? reference.outputs()[i] : kNoValue;
    if (is_made(reference, named) && same_elements(reference, named, other, value)) matches.push_back({named, value});
    else if (placed != kNoValue && same_elements(reference, placed, other, value)) matches.push_back({placed, value});
    else if (other.outputs().size() == 1)
      return invalid(
          fmt::format("output '{}' ({}) has no counterpart in the reference (its output is {}); where one was cut, "
                      "cut the other in the same place",
                      other.value(value).name, to_string(other.value(value).type.shape),
                      placed == kNoValue ? "absent" : to_string(reference.value(placed).type.shape)));
  }
  if (matches.empty()) return invalid("the networks have no output in common");
  return matches;
}

// What the stored integers stand for.
Result<Tensor> real_values(const Tensor& tensor, const graph::TensorType& type) {
  if (!type.quantization) return tensor;
  TRY_ASSIGN(Tensor real, to_float32(tensor));
  if (real.data() == tensor.data()) return tensor;
  const auto& q = *type.quantization;
  const float scale = q.scales.front();
  const auto zero = static_cast<float>(q.zero_points.empty() ? 0 : q.zero_points.front());
  for (float& value : real.mutable_as<float>()) value = scale * (value - zero);
  return real;
}

Result<Tensor> copied(const Tensor& tensor) {
  TRY_ASSIGN(Tensor copy, Tensor::zeros(tensor.dtype(), tensor.shape()));
  std::copy_n(tensor.data(), tensor.bytes(), copy.mutable_data());
  return copy;
}

// A network with some of its values as outputs, whose answers are handed to a visitor as they are made.
class Observed {
 public:
  using Visit = std::function<Status(std::size_t index, const Tensor& value)>;  // index of `values`

  static Result<std::unique_ptr<Observed>> create(const Graph& graph, const std::vector<ValueId>& values, int threads) {
    auto observed = std::unique_ptr<Observed>(new Observed);
    Graph copy = graph;
    for (const ValueId value : values)
      if (!copy.is_output(value)) copy.add_output(value);
    for (const ValueId output : copy.outputs()) {
      const auto found = std::ranges::find(values, output);
      observed->index_.push_back(found == values.end() ? values.size()
                                                       : static_cast<std::size_t>(found - values.begin()));
    }
    runtime::SessionOptions options;
    options.threads = threads;
    options.observe = [raw = observed.get()](std::size_t output, const Tensor& value) -> Status {
      const std::size_t index = raw->index_[output];
      return index == raw->count_ ? Status{} : raw->visit_(index, value);
    };
    observed->count_ = values.size();
    TRY_ASSIGN(observed->session_, runtime::Session::create(std::move(copy), options));
    return observed;
  }

  Status run(std::span<const Tensor> inputs, Visit visit) {
    visit_ = std::move(visit);
    return session_->run(inputs, {});
  }

 private:
  Observed() = default;
  std::vector<std::size_t> index_;  // of `values`, by output
  std::size_t count_ = 0;
  Visit visit_;
  std::unique_ptr<runtime::Session> session_;
};

class Comparer {
 public:
  Comparer(const Graph& reference, const Graph& other, const CompareOptions& options)
      : reference_(reference), other_(other), options_(options) {}

  Result<Comparison> run(const Samples& next) {
    TRY(prepare());
    while (true) {
      TRY_ASSIGN(const auto sample, next());
      if (!sample) break;
      TRY(compare_sample(*sample));
      ++result_.samples;
      if (options_.progress) options_.progress(result_.samples);
    }
    if (result_.samples == 0) return invalid("no sample to compare on");
    judge();
    return std::move(result_);
  }

 private:
  Status prepare() {
    TRY(check_inputs(reference_, other_));
    layers_ = match_layers(reference_, other_);
    TRY_ASSIGN(outputs_, match_outputs(reference_, other_));
    for (const Match& match : layers_) {
      const graph::TensorType& type = computed_type(match.other);
      result_.layers.push_back(
          {reference_.value(match.reference).name,
           std::string(graph::name_of(reference_.node(reference_.value(match.reference).producer).op)),
           type.quantization ? std::string(name_of(type.dtype)) : "fp32",
           {},
           0});
    }
    for (const Match& match : outputs_)
      result_.outputs.push_back({other_.value(match.other).name, reference_.value(match.reference).name, {}, {}});
    std::vector<ValueId> of_reference, of_other;
    for (const auto* matches : {&layers_, &outputs_})
      for (const Match& match : *matches) {
        add(of_reference, match.reference);
        add(of_other, match.other);
      }
    TRY_ASSIGN(first_, Observed::create(reference_, of_reference, options_.threads));
    TRY_ASSIGN(second_, Observed::create(other_, of_other, options_.threads));
    reference_values_ = std::move(of_reference);
    other_values_ = std::move(of_other);
    return {};
  }

  // Before a conversion to float at the network's end.
  const graph::TensorType& computed_type(ValueId id) const {
    const graph::Node& node = other_.node(other_.value(id).producer);
    return other_.value(node.op == graph::Op::DequantizeLinear ? node.input(0) : id).type;
  }

  static void add(std::vector<ValueId>& values, ValueId id) {
    if (std::ranges::find(values, id) == values.end()) values.push_back(id);
  }

  Status compare_sample(const std::vector<Tensor>& inputs) {
    std::map<ValueId, Tensor> kept;
    TRY(first_->run(inputs, [&](std::size_t index, const Tensor& value) -> Status {
      TRY_ASSIGN(const Tensor real, real_values(value, reference_.value(reference_values_[index]).type));
      TRY_ASSIGN(kept[reference_values_[index]], copied(real));
      return {};
    }));
    return second_->run(inputs, [&](std::size_t index, const Tensor& value) -> Status {
      const ValueId id = other_values_[index];
      TRY_ASSIGN(const Tensor real, real_values(value, other_.value(id).type));
      for (std::size_t i = 0; i < layers_.size(); ++i)
        if (layers_[i].other == id)
          result_.layers[i].errors.add(kept[layers_[i].reference].as<float>(), real.as<float>());
      for (std::size_t i = 0; i < outputs_.size(); ++i)
        if (outputs_[i].other == id) TRY(compare_output(kept[outputs_[i].reference], real, result_.outputs[i]));
      return {};
    });
  }

  static Status compare_output(const Tensor& reference, const Tensor& value, OutputAgreement& agreement) {
    const bool floats = reference.dtype() == DType::float32 && value.dtype() == DType::float32;
    if (floats) agreement.errors.add(reference.as<float>(), value.as<float>());
    else if (reference.dtype() == DType::float32 || value.dtype() == DType::float32)
      return invalid(fmt::format("'{}' is {}, '{}' is {}", agreement.reference, name_of(reference.dtype()),
                                 agreement.name, name_of(value.dtype())));
    const Shape& shape = reference.shape();
    if (!floats || (shape.rank() >= 2 && shape[0] == 1 && shape[1] > 1)) return agreement.classes.add(reference, value);
    return {};
  }

  double sqnr_of(std::size_t layer) const { return std::min(kMostDb, result_.layers[layer].errors.sqnr_db()); }

  // The least SQNR of the matched values that the node of `id` depends on, through those that are not matched.
  double least_input(ValueId id, const std::map<ValueId, std::size_t>& layer_of) const {
    double least = kMostDb;
    std::vector<NodeId> open{reference_.value(id).producer};
    std::set<NodeId> seen;
    while (!open.empty()) {
      const NodeId node = open.back();
      open.pop_back();
      if (node == kNoNode || !seen.insert(node).second) continue;
      for (const ValueId input : reference_.node(node).inputs) {
        if (input == kNoValue) continue;
        if (const auto found = layer_of.find(input); found != layer_of.end())
          least = std::min(least, sqnr_of(found->second));
        else open.push_back(reference_.value(input).producer);
      }
    }
    return least;
  }

  void judge() {
    std::map<ValueId, std::size_t> layer_of;
    for (std::size_t i = 0; i < layers_.size(); ++i) layer_of[layers_[i].reference] = i;
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      Layer& layer = result_.layers[i];
      layer.lost_db = least_input(layers_[i].reference, layer_of) - sqnr_of(i);
      if (!result_.first_bad && sqnr_of(i) < options_.bad_below_db) result_.first_bad = i;
      if (layer.precision != "fp32" && layer.lost_db > 1) candidates.push_back(i);
    }
    // By what a layer adds to the error, weighed by how bad the value is after it.
    std::ranges::stable_sort(candidates, std::greater<>(), [&](std::size_t i) {
      return result_.layers[i].lost_db + std::max(0.0, options_.bad_below_db + 20 - sqnr_of(i));
    });
    if (candidates.size() > options_.most_proposals) candidates.resize(options_.most_proposals);
    result_.proposals = std::move(candidates);
  }

  const Graph& reference_;
  const Graph& other_;
  const CompareOptions& options_;
  std::vector<Match> layers_, outputs_;
  std::vector<ValueId> reference_values_, other_values_;
  std::unique_ptr<Observed> first_, second_;
  Comparison result_;
};

}  // namespace

double Comparison::worst_share() const {
  double worst = 0;
  for (const OutputAgreement& output : outputs)
    worst = std::max(worst, output.errors.count() != 0 ? output.errors.share() : 1 - output.classes.agreement());
  return worst;
}

Result<Comparison> compare(const Graph& reference, const Graph& other, const Samples& next,
                           const CompareOptions& options) {
  return Comparer(reference, other, options).run(next);
}

}  // namespace diolkos::compare
