// The reference operators by family. Types and shapes of inputs and outputs are those of graph::infer_types, except
// that half types have been widened to float32 where the operator computes.
#pragma once

#include "reference/call.h"

namespace diolkos::reference {

Status conv(const Call& call);  // Conv, FusedConv
Status conv_transpose(const Call& call);
Status conv_integer(const Call& call);
Status qlinear_conv(const Call& call);
Status attention(const Call& call);  // FusedAttention
Status gemm(const Call& call);
Status matmul(const Call& call);
Status batch_norm(const Call& call);
Status instance_norm(const Call& call);
Status layer_norm(const Call& call);
Status group_norm(const Call& call);
Status softmax(const Call& call);  // Softmax, LogSoftmax
Status max_pool(const Call& call);
Status average_pool(const Call& call);
Status global_pool(const Call& call);
Status reduce(const Call& call);
Status arg_reduce(const Call& call);
Status unary(const Call& call);         // of floats alone
Status unary_number(const Call& call);  // Relu, Abs, Neg, Clip
Status logical_not(const Call& call);
Status dropout(const Call& call);
Status cast(const Call& call);        // Cast, CastLike
Status arithmetic(const Call& call);  // Add, Sub, Mul, Div, Mod, PRelu
Status power(const Call& call);
Status extreme(const Call& call);  // Max, Min
Status compare(const Call& call);
Status logic(const Call& call);
Status where(const Call& call);
Status resize(const Call& call);
Status depth_to_space(const Call& call);
Status space_to_depth(const Call& call);
Status copy(const Call& call);   // Identity and all that only changes the shape
Status shape(const Call& call);  // Shape, Size
Status constant(const Call& call);
Status constant_of_shape(const Call& call);
Status range(const Call& call);
Status transpose(const Call& call);
Status concat(const Call& call);
Status split(const Call& call);
Status slice(const Call& call);
Status gather(const Call& call);
Status gather_elements(const Call& call);
Status expand(const Call& call);
Status tile(const Call& call);
Status pad(const Call& call);
Status quantize(const Call& call);
Status dequantize(const Call& call);

}  // namespace diolkos::reference
