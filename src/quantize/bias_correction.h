// The mean of what rounded weights take from each output channel, by the means of the input channels.
#pragma once

#include <vector>

#include "formats/tflite/model.h"
#include "quantize/statistics.h"

namespace diolkos::quantize {

// For output channel o: sum over i, k of (w - approximation)[o, i, k] * mean(input channel i). To be added to the bias.
// `approximation` is float32 of the weights' shape. Empty where the input's statistics do not tell. Padding at the
// borders is not considered.
std::vector<float> mean_weight_error(const tflite::Model& model, const tflite::Operator& op,
                                     const Tensor& approximation, const Statistics& statistics);

}  // namespace diolkos::quantize
