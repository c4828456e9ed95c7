#include "quantize/assign_parameters.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "quantize/quantize_tensor.h"

namespace diolkos::quantize {
namespace {

using tflite::kNoTensor;
using tflite::Model;

// Union-find over tensors.
class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0); }
  int find(int tensor) {
    int& parent = parent_[static_cast<std::size_t>(tensor)];
    if (parent != tensor) parent = find(parent);
    return parent;
  }
  void join(int a, int b) { parent_[static_cast<std::size_t>(find(a))] = find(b); }

 private:
  std::vector<int> parent_;
};

bool is_activation(const Model& model, int tensor) {
  return tensor != kNoTensor && model.tensor(tensor).dtype == DType::float32 && !model.tensor(tensor).is_constant();
}

// Network inputs are bounded by their pre-processing: nothing of them is cut off. Nor with 65536 levels.
RangeOptions method_for(const Model& model, int tensor, Precision precision, const RangeOptions& options) {
  for (const tflite::Port& port : model.inputs)
    if (port.tensor == tensor) return {};
  return precision == Precision::int16 ? RangeOptions{} : options;
}

struct Group {
  std::optional<Range> range;
  std::optional<tflite::Quantization> fixed;
};

void widen(std::optional<Range>& range, const Range& other) {
  if (!range) range = other;
  range->low = std::min(range->low, other.low);
  range->high = std::max(range->high, other.high);
}

// MAXIMUM and MINIMUM compare with constants, PADV2 writes one: they must be among the values.
void widen_by_constants(const Model& model, const tflite::Operator& op, Group& group) {
  if (op.builtin != tflite::Builtin::maximum && op.builtin != tflite::Builtin::minimum &&
      op.builtin != tflite::Builtin::concatenation)
    return;
  for (int tensor : op.inputs) {
    if (tensor == kNoTensor || !model.tensor(tensor).is_constant() || model.tensor(tensor).dtype != DType::float32)
      continue;
    for (float value : model.tensor(tensor).data.as<float>())
      widen(group.range, {std::min(value, 0.0f), std::max(value, 0.0f)});
  }
}

// What was observed of each tensor. Of one that lowering put in (a padded input, a transposed one) its input tells.
std::vector<const ValueStatistics*> statistics_of(const Model& model, const Statistics& statistics) {
  std::vector<const ValueStatistics*> known(model.tensors.size(), nullptr);
  for (std::size_t i = 0; i < known.size(); ++i) {
    const auto found = statistics.find(model.tensors[i].name);
    if (found != statistics.end() && !found->second.histogram.empty()) known[i] = &found->second;
  }
  for (const tflite::Operator& op : model.operators) {
    const ValueStatistics*& made = known[static_cast<std::size_t>(op.output())];
    if (made == nullptr && shares_scale(op.builtin) && op.inputs[0] != kNoTensor)
      made = known[static_cast<std::size_t>(op.inputs[0])];
  }
  return known;
}

}  // namespace

Result<ActivationParameters> ActivationParameters::assign(const Model& model, const std::vector<Precision>& precisions,
                                                          const Statistics& statistics, const RangeOptions& options) {
  ActivationParameters result;
  for (const auto& tensor : model.tensors) result.names_.push_back(tensor.name);
  const auto known = statistics_of(model, statistics);
  for (const Precision precision : {Precision::int8, Precision::int16}) {
    Groups groups(model.tensors.size());
    const auto each_operator = [&](auto&& visit) {
      for (std::size_t i = 0; i < model.operators.size(); ++i)
        if (precisions[i] == precision) visit(model.operators[i]);
    };
    each_operator([&](const tflite::Operator& op) {
      if (!shares_scale(op.builtin) || !is_activation(model, op.output())) return;
      for (int tensor : op.inputs)
        if (is_activation(model, tensor)) groups.join(tensor, op.output());
      for (int tensor : op.outputs) groups.join(tensor, op.output());
    });
    std::map<int, Group> facts;
    for (int tensor = 0; tensor < static_cast<int>(model.tensors.size()); ++tensor) {
      const ValueStatistics* found = known[static_cast<std::size_t>(tensor)];
      if (!is_activation(model, tensor) || found == nullptr) continue;
      const int levels = precision == Precision::int8 ? 256 : 65536;
      widen(facts[groups.find(tensor)].range, choose_range(found->histogram,
                                                           method_for(model, tensor, precision, options), levels));
    }
    each_operator([&](const tflite::Operator& op) {
      Group& group = facts[groups.find(op.output())];
      if (const auto fixed = fixed_output(op.builtin, precision)) group.fixed = fixed;
      widen_by_constants(model, op, group);
    });
    for (int tensor = 0; tensor < static_cast<int>(model.tensors.size()); ++tensor) {
      if (!is_activation(model, tensor)) continue;
      const auto found = facts.find(groups.find(tensor));
      if (found == facts.end()) continue;
      const Group& group = found->second;
      if (group.fixed) result.parameters_[{tensor, precision}] = *group.fixed;
      else if (group.range) result.parameters_[{tensor, precision}] = activation_parameters(*group.range, precision);
    }
  }
  return result;
}

Result<tflite::Quantization> ActivationParameters::of(int tensor, Precision precision) const {
  const auto found = parameters_.find({tensor, precision});
  if (found != parameters_.end()) return found->second;
  return invalid(fmt::format("nothing was observed of tensor '{}'; calibrate the same network",
                             names_[static_cast<std::size_t>(tensor)]));
}

}  // namespace diolkos::quantize
