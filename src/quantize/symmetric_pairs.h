// Float network -> the same network with its convolutions between integers, told in pairs of QuantizeLinear and
// DequantizeLinear (QDQ), in the form that TensorRT makes int8 kernels of: int8, every zero point 0.
//
//   y = Conv(x, w, b)
//   ->
//   y = Conv(DequantizeLinear(QuantizeLinear(x)), DequantizeLinear(w:int8), b)
//
// Activations have one scale each, max|range| / 127; weights one for each output channel; biases stay float32, as
// TensorRT adds them. Of Add(Conv(...), r) the other operand gets a pair too, so that the sum belongs to the
// convolution's kernel. What else reads an activation reads it unrounded.
#pragma once

#include <set>
#include <string>

#include "graph/graph.h"
#include "quantize/range_method.h"
#include "quantize/statistics.h"

namespace diolkos::quantize {

struct PairOptions {
  RangeOptions range;                // network inputs are never cut
  bool weight_search = true;         // as in QuantizeOptions
  std::set<std::string> keep_float;  // convolutions, by their output's name, that stay in float32
};

// The values that statistics are needed of, by name.
std::set<std::string> paired_values(const graph::Graph& graph, const PairOptions& options);

// How many convolutions compute on integers now. Types must be known. An error names a value without statistics, or a
// name in keep_float that no convolution makes.
Result<int> write_symmetric_pairs(graph::Graph& graph, const Statistics& statistics, const PairOptions& options);

}  // namespace diolkos::quantize
