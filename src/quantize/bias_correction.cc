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

std::vector<float> mean_weight_error(const Model& model, const tflite::Operator& op, const Tensor& approximation,
                                     const Statistics& statistics) {
  const WeightLayout layout = weight_layout(op.builtin);
  const ValueStatistics* input = observed(model, op.inputs[layout.input], statistics);
  if (input == nullptr || input->channel_sums.empty()) return {};
  const auto exact = model.tensor(op.inputs[layout.weight]).data.as<float>();
  const auto rounded = approximation.as<float>();
  const auto outputs = static_cast<std::size_t>(approximation.shape()[layout.channel_axis]);
  const std::size_t channels = input->channel_sums.size();
  std::vector<double> sums(outputs, 0.0);
  if (op.builtin == Builtin::depthwise_conv_2d) {  // 1HWO, output o reads input o / multiplier
    if (outputs < channels || outputs % channels != 0) return {};
    const std::size_t multiplier = outputs / channels;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const std::size_t o = i % outputs;
      sums[o] += (exact[i] - rounded[i]) * input->channel_mean(o / multiplier);
    }
    return {sums.begin(), sums.end()};
  }
  // OHWI, OI
  const auto inputs = static_cast<std::size_t>(approximation.shape()[approximation.shape().rank() - 1]);
  if (inputs != channels) return {};  // groups, or other axes than the observed ones
  std::vector<float> means(inputs);
  for (std::size_t i = 0; i < inputs; ++i) means[i] = static_cast<float>(input->channel_mean(i));
  const std::size_t each = exact.size() / outputs;
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t k = 0; k < each; k += inputs)
      for (std::size_t i = 0; i < inputs; ++i) {
        const std::size_t at = o * each + k + i;
        sums[o] += (exact[at] - rounded[at]) * means[i];
      }
  return {sums.begin(), sums.end()};
}

}  // namespace diolkos::quantize
