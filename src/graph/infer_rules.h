// One rule a family of operators: the types of a node's outputs from a NodeView whose inputs are all known and whose
// arity has been checked. A rule may give more outputs than the node has.
#pragma once

#include <utility>
#include <vector>

#include "graph/node_view.h"

namespace diolkos::graph {

using Types = Result<std::vector<TensorType>>;

inline Types one(DType dtype, Shape shape) { return std::vector<TensorType>{{dtype, shape, {}}}; }

// infer_conv.cc
Types infer_conv(const NodeView& view);  // Conv, FusedConv, ConvInteger, QLinearConv
Types infer_conv_transpose(const NodeView& view);
Types infer_attention(const NodeView& view);  // infer_attention.cc
Types infer_gemm(const NodeView& view);
Types infer_matmul(const NodeView& view);
// infer_normalize.cc
Types infer_batch_norm(const NodeView& view);
Types infer_instance_norm(const NodeView& view);
Types infer_layer_norm(const NodeView& view);
Types infer_group_norm(const NodeView& view);
Types infer_softmax(const NodeView& view);
// infer_pool.cc
Types infer_pool(const NodeView& view);
Types infer_global_pool(const NodeView& view);
Types infer_reduce(const NodeView& view);
Types infer_arg_reduce(const NodeView& view);
// infer_unary.cc
Types infer_unary(const NodeView& view);
Types infer_gelu(const NodeView& view);
Types infer_clip(const NodeView& view);
Types infer_not(const NodeView& view);
Types infer_dropout(const NodeView& view);
Types infer_cast(const NodeView& view);
Types infer_cast_like(const NodeView& view);
// infer_broadcast.cc
Types infer_arithmetic(const NodeView& view);  // any number of inputs of one type
Types infer_compare(const NodeView& view);
Types infer_logic(const NodeView& view);
Types infer_power(const NodeView& view);
Types infer_prelu(const NodeView& view);
Types infer_where(const NodeView& view);
// infer_resample.cc
Types infer_resize(const NodeView& view);
Types infer_depth_to_space(const NodeView& view);
Types infer_space_to_depth(const NodeView& view);
// infer_shape.cc
Types infer_shape_op(const NodeView& view);
Types infer_size(const NodeView& view);
Types infer_constant(const NodeView& view);
Types infer_constant_of_shape(const NodeView& view);
Types infer_range(const NodeView& view);
// infer_reshape.cc
Types infer_reshape(const NodeView& view);
Types infer_flatten(const NodeView& view);
Types infer_squeeze(const NodeView& view);
Types infer_unsqueeze(const NodeView& view);
// infer_movement.cc
Types infer_transpose(const NodeView& view);
Types infer_concat(const NodeView& view);
Types infer_split(const NodeView& view);
Types infer_slice(const NodeView& view);
Types infer_gather(const NodeView& view);
Types infer_gather_elements(const NodeView& view);
Types infer_expand(const NodeView& view);
Types infer_tile(const NodeView& view);
Types infer_pad(const NodeView& view);
// infer_quantize.cc
Types infer_quantize(const NodeView& view);
Types infer_dequantize(const NodeView& view);

}  // namespace diolkos::graph
