// The state of raising, shared by the families of operators (raise_*.cc).
#pragma once

#include <string>
#include <vector>

#include "formats/tflite/nhwc.h"
#include "formats/tflite/raise.h"

namespace diolkos::tflite {

class Raising {
 public:
  explicit Raising(const Model& source) : model(source), values_(source.tensors.size(), graph::kNoValue) {}

  const Model& model;
  graph::Graph graph;

  const TensorInfo& tensor(const Operator& op, std::size_t input) const { return model.tensor(op.inputs[input]); }
  const TensorInfo& result(const Operator& op) const { return model.tensor(op.output()); }

  // The type of a tensor as a value: NCHW, with quantization.
  static graph::TensorType type_of(const TensorInfo& info);
  // The value of a tensor; a constant's is made on first use. kNoValue for an absent input.
  Result<graph::ValueId> value(int tensor);
  void define(int tensor, graph::ValueId value) { values_[static_cast<std::size_t>(tensor)] = value; }

  // A constant of the original, in its original layout.
  Result<Tensor> constant(const Operator& op, std::size_t input, std::string_view what) const;
  Result<std::vector<std::int64_t>> ints(const Operator& op, std::size_t input, std::string_view what) const;

  graph::ValueId add_ints(std::string_view name, const std::vector<std::int64_t>& values);
  graph::ValueId add_scalar(const std::string& name, float value);
  // A constant with a type of its own (quantized weights).
  graph::ValueId add_typed(std::string_view name, Tensor data, const std::optional<Quantization>& quantization,
                           int axis);

  // Adds a node for the operator's output, followed by its fused activation, and defines the output.
  Status emit(const Operator& op, graph::Op kind, std::vector<graph::ValueId> inputs,
              graph::Attributes attributes = {});
  // A node in the middle: its value has the type `type`, or inferred where unknown.
  graph::ValueId add(graph::Op kind, std::string_view name, std::vector<graph::ValueId> inputs,
                     graph::Attributes attributes, const std::optional<Quantization>& quantization, DType dtype);

 private:
  Status activate(const Operator& op, graph::ValueId value);

  std::vector<graph::ValueId> values_;
};

Status raise_conv(Raising& to, const Operator& op);
Status raise_transpose_conv(Raising& to, const Operator& op);
Status raise_fully_connected(Raising& to, const Operator& op);
Status raise_pool(Raising& to, const Operator& op);
Status raise_binary(Raising& to, const Operator& op, graph::Op kind);
Status raise_unary(Raising& to, const Operator& op, graph::Op kind);
Status raise_clip(Raising& to, const Operator& op);
Status raise_prelu(Raising& to, const Operator& op);
Status raise_softmax(Raising& to, const Operator& op);
Status raise_reduce(Raising& to, const Operator& op, graph::Op kind);
Status raise_arg(Raising& to, const Operator& op, graph::Op kind);
Status raise_resize(Raising& to, const Operator& op);
Status raise_space_depth(Raising& to, const Operator& op);
Status raise_concat(Raising& to, const Operator& op);
Status raise_reshape(Raising& to, const Operator& op);
Status raise_transpose(Raising& to, const Operator& op);
Status raise_pad(Raising& to, const Operator& op);
Status raise_slice(Raising& to, const Operator& op);
Status raise_split(Raising& to, const Operator& op);
Status raise_quantize(Raising& to, const Operator& op);
Status raise_dequantize(Raising& to, const Operator& op);
Status raise_cast(Raising& to, const Operator& op);

}  // namespace diolkos::tflite
