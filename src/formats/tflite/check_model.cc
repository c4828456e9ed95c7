#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "formats/tflite/read_model.h"

namespace diolkos::tflite {
namespace {

constexpr std::int64_t kMaxBytes = std::int64_t{1} << 40;  // of one tensor: more comes from broken files

Status check_quantization(const TensorInfo& tensor) {
  if (!tensor.quantization) return {};
  const Quantization& q = *tensor.quantization;
  if (q.scales.size() != q.zero_points.size())
    return invalid(fmt::format("{} scales and {} zero points", q.scales.size(), q.zero_points.size()));
  for (float scale : q.scales)
    if (!std::isfinite(scale) || scale < 0) return invalid(fmt::format("scale {} is not a number of 0 or more", scale));
  for (std::int64_t zero_point : q.zero_points)
    if (zero_point < -32768 || zero_point > 65535) return invalid(fmt::format("zero point {} is absurd", zero_point));
  if (q.scales.size() <= 1) return {};
  if (q.axis < 0 || q.axis >= tensor.shape.rank() || tensor.shape[q.axis] != static_cast<std::int64_t>(q.scales.size()))
    return invalid(fmt::format("{} scales along axis {} of {}", q.scales.size(), q.axis, to_string(tensor.shape)));
  return {};
}

Status check_tensor(const TensorInfo& tensor) {
  const auto elements = tensor.shape.checked_elements();
  if (!elements || *elements > kMaxBytes / static_cast<std::int64_t>(std::max<std::size_t>(size_of(tensor.dtype), 1)))
    return invalid(fmt::format("shape {} is absurdly large", to_string(tensor.shape)));
  if (tensor.is_constant() && (tensor.data.dtype() != tensor.dtype || !(tensor.data.shape() == tensor.shape)))
    return failure(ErrorCode::internal, "constant differs from its type");
  return check_quantization(tensor);
}

struct Arity {
  std::size_t fewest, most, outputs;
};

constexpr std::size_t kAny = 1 << 16;

Arity arity_of(Builtin builtin) {
  switch (builtin) {
    case Builtin::conv_2d:
    case Builtin::depthwise_conv_2d:
    case Builtin::fully_connected: return {2, 3, 1};
    case Builtin::transpose_conv: return {3, 4, 1};
    case Builtin::concatenation: return {1, kAny, 1};
    case Builtin::split: return {2, 2, kAny};
    case Builtin::split_v: return {3, 3, kAny};
    case Builtin::padv2:
    case Builtin::slice: return {3, 3, 1};
    case Builtin::strided_slice: return {4, 4, 1};
    case Builtin::reshape: return {1, 2, 1};
    case Builtin::add:
    case Builtin::sub:
    case Builtin::mul:
    case Builtin::div:
    case Builtin::maximum:
    case Builtin::minimum:
    case Builtin::pow:
    case Builtin::prelu:
    case Builtin::pad:
    case Builtin::mirror_pad:
    case Builtin::transpose:
    case Builtin::mean:
    case Builtin::sum:
    case Builtin::reduce_max:
    case Builtin::reduce_min:
    case Builtin::reduce_prod:
    case Builtin::arg_max:
    case Builtin::arg_min:
    case Builtin::expand_dims:
    case Builtin::resize_bilinear:
    case Builtin::resize_nearest_neighbor: return {2, 2, 1};
    default: return {1, 1, 1};
  }
}

// Operators stand in execution order: what one reads is made before it. That leaves no room for a cycle.
class OrderChecker {
 public:
  explicit OrderChecker(const Model& model) : model_(model), made_(model.tensors.size(), false) {
    for (std::size_t i = 0; i < model.tensors.size(); ++i) made_[i] = model.tensors[i].is_constant();
  }

  Status check() {
    TRY(check_ports(model_.inputs));
    TRY(check_ports(model_.outputs));
    for (const Port& port : model_.inputs) {
      if (made_[index(port.tensor)]) return invalid(fmt::format("input '{}' is a constant, or given twice", port.name));
      made_[index(port.tensor)] = true;
    }
    for (std::size_t i = 0; i < model_.operators.size(); ++i) {
      auto status = check_operator(model_.operators[i]);
      if (!status)
        return failure(within(fmt::format("operator {} ({})", i, name_of(model_.operators[i].builtin)),
                              std::move(status).error()));
    }
    for (const Port& port : model_.outputs)
      if (!made_[index(port.tensor)]) return invalid(fmt::format("output '{}' is made by no operator", port.name));
    return {};
  }

 private:
  static std::size_t index(int tensor) { return static_cast<std::size_t>(tensor); }
  bool exists(int tensor) const { return tensor >= 0 && index(tensor) < model_.tensors.size(); }

  Status check_ports(const std::vector<Port>& ports) const {
    for (const Port& port : ports)
      if (!exists(port.tensor))
        return invalid(fmt::format("'{}' is tensor {}, of {}", port.name, port.tensor, model_.tensors.size()));
    return {};
  }

  Status check_operator(const Operator& op) {
    const Arity arity = arity_of(op.builtin);
    if (op.inputs.size() < arity.fewest || op.inputs.size() > arity.most)
      return invalid(fmt::format("{} inputs, expected {} to {}", op.inputs.size(), arity.fewest, arity.most));
    if (op.outputs.empty() || op.outputs.size() > arity.outputs)
      return invalid(
          fmt::format("{} outputs, expected {}", op.outputs.size(), arity.outputs == kAny ? "1 or more" : "1"));
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      const int tensor = op.inputs[i];
      if (tensor == kNoTensor && i >= arity.fewest) continue;
      if (!exists(tensor))
        return invalid(fmt::format("input {} is tensor {}, of {}", i, tensor, model_.tensors.size()));
      if (!made_[index(tensor)])
        return invalid(fmt::format("input {} ('{}') is not made before it: a cycle, a wrong order, or a missing buffer",
                                   i, model_.tensor(tensor).name));
    }
    for (int tensor : op.outputs) {
      if (!exists(tensor)) return invalid(fmt::format("its output is tensor {}, of {}", tensor, model_.tensors.size()));
      if (made_[index(tensor)])
        return invalid(fmt::format("its output '{}' is there already", model_.tensor(tensor).name));
      made_[index(tensor)] = true;
    }
    return {};
  }

  const Model& model_;
  std::vector<bool> made_;
};

}  // namespace

Status check_model(const Model& model) {
  for (std::size_t i = 0; i < model.tensors.size(); ++i) {
    auto status = check_tensor(model.tensors[i]);
    if (!status)
      return failure(within(fmt::format("tensor {} ('{}')", i, model.tensors[i].name), std::move(status).error()));
  }
  return OrderChecker(model).check();
}

}  // namespace diolkos::tflite
