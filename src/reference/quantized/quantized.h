// Operators on quantized tensors, by TFLite's definition of the arithmetic: what its reference kernels give, bit for
// bit, for int8 (per-channel weights), int16 (int8 weights, 64-bit sums) and the older uint8.
#pragma once

#include "reference/call.h"

namespace diolkos::reference::quantized {

// Whether the node's first output carries quantization and it computes with its elements (does not only move them).
bool computes(const Call& call);

// Computes such a node. Operators without an integer definition here go through float32: every input dequantized, the
// result rounded to the nearest integer, half away from zero. TFLite's tables of 256 entries (LOGISTIC, TANH, ELU in
// int8) are that.
Status evaluate(const Call& call);

// By operator.
Status conv(const Call& call);
Status conv_transpose(const Call& call);
Status fully_connected(const Call& call);
Status add(const Call& call);                // Add, Sub
Status multiply_elements(const Call& call);  // Mul
Status average_pool(const Call& call);
Status mean(const Call& call);  // over height and width
Status resize_bilinear(const Call& call);
Status hard_swish(const Call& call);  // int8, uint8
Status logistic16(const Call& call);  // int16
Status requantize(const Call& call);  // QuantizeLinear of a float or of integers
Status clamp(const Call& call);       // Relu, Clip
Status leaky_relu(const Call& call);
Status concat(const Call& call);  // of inputs on other scales too

}  // namespace diolkos::reference::quantized
