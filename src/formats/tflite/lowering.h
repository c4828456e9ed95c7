// The state of lowering, shared by the families of operators (lower_*.cc).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/tflite/lower.h"
#include "formats/tflite/nhwc.h"
#include "graph/node_view.h"

namespace diolkos::tflite {

class Lowering {
 public:
  explicit Lowering(const graph::Graph& source) : graph(source), tensors_(source.value_count(), kNoTensor) {}

  const graph::Graph& graph;
  Model model;

  const graph::Value& value(graph::ValueId id) const { return graph.value(id); }
  const Shape& shape(graph::ValueId id) const { return graph.value(id).type.shape; }

  // The tensor of a value in NHWC, made on first use for a constant.
  Result<int> tensor(graph::ValueId id);
  // The tensor that a node's output goes to: the activation's behind it where `activation` was fused.
  int output_tensor(graph::ValueId id);
  void alias(graph::ValueId id, int tensor) { tensors_[static_cast<std::size_t>(id)] = tensor; }
  bool placed(graph::ValueId id) const { return tensors_[static_cast<std::size_t>(id)] != kNoTensor; }

  // Takes the sole Relu, Relu6 or Relu-1-to-1 behind the node's output into the operator. Its value is then the one to
  // give to output_tensor().
  graph::ValueId fuse_activation(const graph::Node& node, Options& options);
  bool fused(graph::NodeId id) const;

  int constant(std::string_view name, Tensor data);
  int ints(std::string_view name, const std::vector<std::int32_t>& values);
  int like(int tensor, std::string_view name, const Shape& shape);  // a new tensor of the same type

  void emit(Builtin builtin, std::vector<int> inputs, std::vector<int> outputs, Options options = {});

  // Pads with zeros, or `fill` where given, around the spatial axes of an NHWC tensor. Returns the padded tensor.
  struct Pads {
    std::int64_t top = 0, bottom = 0, left = 0, right = 0;
    bool any() const { return top != 0 || bottom != 0 || left != 0 || right != 0; }
  };
  int pad(int tensor, const Pads& pads, std::string_view name, const float* fill = nullptr);
  int transpose(int tensor, const std::vector<std::int32_t>& axes, std::string_view name);

 private:
  std::string unique(std::string_view name);

  std::vector<int> tensors_;            // by value
  std::vector<graph::NodeId> fused_;    // activations taken into the operator in front
  std::map<std::string, int, std::less<>> names_;
};

tl::unexpected<Error> not_in_tflite(const graph::Node& node, std::string_view reason);

Status lower_conv(Lowering& to, const graph::Node& node);
Status lower_conv_transpose(Lowering& to, const graph::Node& node);
Status lower_gemm(Lowering& to, const graph::Node& node);
Status lower_matmul(Lowering& to, const graph::Node& node);
Status lower_pool(Lowering& to, const graph::Node& node);
Status lower_global_pool(Lowering& to, const graph::Node& node);
Status lower_reduce(Lowering& to, const graph::Node& node);
Status lower_arg(Lowering& to, const graph::Node& node);
Status lower_softmax(Lowering& to, const graph::Node& node);
Status lower_unary(Lowering& to, const graph::Node& node, Builtin builtin);
Status lower_clip(Lowering& to, const graph::Node& node);
Status lower_binary(Lowering& to, const graph::Node& node, Builtin builtin);
Status lower_prelu(Lowering& to, const graph::Node& node);
Status lower_cast(Lowering& to, const graph::Node& node);
Status lower_resize(Lowering& to, const graph::Node& node);
Status lower_space_depth(Lowering& to, const graph::Node& node);
Status lower_reshape(Lowering& to, const graph::Node& node);
Status lower_transpose(Lowering& to, const graph::Node& node);
Status lower_concat(Lowering& to, const graph::Node& node);
Status lower_split(Lowering& to, const graph::Node& node);
Status lower_slice(Lowering& to, const graph::Node& node);
Status lower_pad(Lowering& to, const graph::Node& node);

}  // namespace diolkos::tflite
