// Weights and bias of a convolution between DequantizeLinears as the integer operator takes them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/graph.h"

namespace diolkos::passes {

struct IntegerWeights {
  Tensor values;  // int8 with a zero point of 0, or as they are where int8 has no room for that
  graph::Quantization quantization;

  double scale(std::size_t channel) const {
    return static_cast<double>(quantization.scales[quantization.scales.size() == 1 ? 0 : channel]);
  }
};

// Of constant int8 or uint8 with one zero point, behind a DequantizeLinear that makes `real` with one scale or one for
// each of the first axis.
std::optional<IntegerWeights> integer_weights(const graph::Graph& graph, graph::ValueId real);

// `bias`, a constant or its DequantizeLinear, in steps of x_scale * each weight scale; none where that moves a result
// in steps of y_scale by more than 1/128 of one, or where sums of `products` products may not fit 32 bits with it.
// kNoValue: an empty list, where the sums fit.
std::optional<std::vector<std::int32_t>> integer_bias(const graph::Graph& graph, graph::ValueId bias,
                                                      const IntegerWeights& weights, double x_scale, double y_scale,
                                                      std::int64_t products);

}  // namespace diolkos::passes
