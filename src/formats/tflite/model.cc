#include "formats/tflite/model.h"

#include <array>

#include <fmt/format.h>

namespace diolkos::tflite {
namespace {

struct BuiltinName {
  Builtin builtin;
  std::string_view name;
};

constexpr BuiltinName kNames[] = {
#define DIOLKOS_TFLITE_OP(name, text, code, options) {Builtin::name, #text},
#include "formats/tflite/builtin_list.inc"
#undef DIOLKOS_TFLITE_OP
};

}  // namespace

std::string_view name_of(Builtin builtin) {
  for (const auto& entry : kNames)
    if (entry.builtin == builtin) return entry.name;
  return "UNKNOWN";
}

std::optional<Builtin> builtin_of(std::int32_t code) {
  for (const auto& entry : kNames)
    if (static_cast<std::int32_t>(entry.builtin) == code) return entry.builtin;
  return std::nullopt;
}

std::string_view name_of(Activation activation) {
  switch (activation) {
    case Activation::none: return "NONE";
    case Activation::relu: return "RELU";
    case Activation::relu_n1_to_1: return "RELU_N1_TO_1";
    case Activation::relu6: return "RELU6";
    case Activation::tanh: return "TANH";
    case Activation::sign_bit: return "SIGN_BIT";
  }
  return "UNKNOWN";
}

int Model::add_tensor(TensorInfo info) {
  tensors.push_back(std::move(info));
  return static_cast<int>(tensors.size()) - 1;
}

int Model::find_tensor(std::string_view name) const {
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (tensors[i].name == name) return static_cast<int>(i);
  return kNoTensor;
}

std::string describe(const Model& model, std::size_t op) {
  const Operator& node = model.operators[op];
  const std::string name = node.outputs.empty() ? "" : fmt::format(" '{}'", model.tensor(node.output()).name);
  return fmt::format("operator {} ({}){}", op, name_of(node.builtin), name);
}

std::int64_t multiply_adds(const Model& model, const Operator& op) {
  switch (op.builtin) {
    case Builtin::conv_2d: {
      const Shape& filter = model.tensor(op.inputs[1]).shape;
      return model.tensor(op.output()).shape.elements() * filter[1] * filter[2] * filter[3];
    }
    case Builtin::depthwise_conv_2d: {
      const Shape& filter = model.tensor(op.inputs[1]).shape;
      return model.tensor(op.output()).shape.elements() * filter[1] * filter[2];
    }
    case Builtin::transpose_conv: {
      const Shape& filter = model.tensor(op.inputs[1]).shape;
      return model.tensor(op.inputs[2]).shape.elements() * filter[0] * filter[1] * filter[2];
    }
    case Builtin::fully_connected: {
      const Shape& filter = model.tensor(op.inputs[1]).shape;
      return model.tensor(op.output()).shape.elements() * filter[1];
    }
    default: return 0;
  }
}

std::int64_t multiply_adds(const Model& model) {
  std::int64_t sum = 0;
  for (const Operator& op : model.operators) sum += multiply_adds(model, op);
  return sum;
}

void drop_unused_tensors(Model& model) {
  std::vector<bool> used(model.tensors.size(), false);
  const auto use = [&](int tensor) {
    if (tensor != kNoTensor) used[static_cast<std::size_t>(tensor)] = true;
  };
  for (const Port& port : model.inputs) use(port.tensor);
  for (const Port& port : model.outputs) use(port.tensor);
  for (const Operator& op : model.operators) {
    for (int tensor : op.inputs) use(tensor);
    for (int tensor : op.outputs) use(tensor);
  }
  std::vector<int> moved(model.tensors.size(), kNoTensor);
  std::vector<TensorInfo> kept;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    moved[i] = static_cast<int>(kept.size());
    kept.push_back(std::move(model.tensors[i]));
  }
  model.tensors = std::move(kept);
  const auto move = [&](int& tensor) {
    if (tensor != kNoTensor) tensor = moved[static_cast<std::size_t>(tensor)];
  };
  for (Port& port : model.inputs) move(port.tensor);
  for (Port& port : model.outputs) move(port.tensor);
  for (Operator& op : model.operators) {
    for (int& tensor : op.inputs) move(tensor);
    for (int& tensor : op.outputs) move(tensor);
  }
}

}  // namespace diolkos::tflite
