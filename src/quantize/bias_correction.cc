#include "quantize/bias_correction.h"

#include "quantize/integer_rules.h"

namespace diolkos::quantize {
namespace {

using tflite::Builtin;
using tflite::Model;

// Through pads, to the tensor that was observed.
const ValueStatistics* observed(const Model& model, int tensor, const Statistics& statistics) {
  const auto found = statistics.find(model.tensor(tensor).name);
  if (found != statistics.end()) return &found->second;
  for (const tflite::Operator& op : model.operators)
    if (op.builtin == Builtin::pad && op.output() == tensor) return observed(model, op.inputs[0], statistics);
  return nullptr;
}

}  // namespace

std::vector<float> mean_weight_error(const Model& model, const tflite::Operator& op, const QuantizedWeights& rounded,
                                     const Statistics& statistics) {
  const WeightLayout layout = weight_layout(op.builtin);
  const ValueStatistics* input = observed(model, op.inputs[layout.input], statistics);
  if (input == nullptr || input->channel_sums.empty()) return {};
  const auto weights = model.tensor(op.inputs[layout.weight]).data.as<float>();
  const auto stored = rounded.values.as<std::int8_t>();
  const auto& scales = rounded.parameters.scales;
  const std::size_t outputs = scales.size();
  std::vector<double> sums(outputs, 0.0);
  if (op.builtin == Builtin::depthwise_conv_2d) {  // 1HWO, output o reads input o / multiplier
    const std::size_t multiplier = outputs / input->channel_sums.size();
    if (multiplier == 0 || outputs % input->channel_sums.size() != 0) return {};
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const std::size_t o = i % outputs;
      sums[o] += (weights[i] - scales[o] * static_cast<float>(stored[i])) * input->channel_mean(o / multiplier);
    }
  } else {  // OHWI, OI
    const auto inputs = static_cast<std::size_t>(rounded.values.shape()[rounded.values.shape().rank() - 1]);
    if (inputs != input->channel_sums.size()) return {};  // groups, or other axes than the observed ones
    std::vector<float> means(inputs);
    for (std::size_t i = 0; i < inputs; ++i) means[i] = static_cast<float>(input->channel_mean(i));
    const std::size_t each = weights.size() / outputs;
    for (std::size_t o = 0; o < outputs; ++o)
      for (std::size_t k = 0; k < each; k += inputs)
        for (std::size_t i = 0; i < inputs; ++i) {
          const std::size_t at = o * each + k + i;
          sums[o] += (weights[at] - scales[o] * static_cast<float>(stored[at])) * means[i];
        }
  }
  return {sums.begin(), sums.end()};
}

}  // namespace diolkos::quantize
