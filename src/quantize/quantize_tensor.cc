#include "quantize/quantize_tensor.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace diolkos::quantize {
namespace {

constexpr float kWeightLevels = 127.0f;

// To the nearest integer, ties to even, for |x| < 2^22: the addition leaves no fraction bits.
inline float nearest(float x) {
  constexpr float kMagic = 12582912.0f;  // 1.5 * 2^23
  return (x + kMagic) - kMagic;
}

// A strided walk over one channel: `outer` runs of `inner` neighbours, `stride` apart.
struct Channel {
  const float* first;
  std::int64_t outer, inner, stride;
};

// The square of what rounding to the grid of `scale` changes.
inline float error_of(float value, float scale, float inverse) {
  float q = value * inverse;
  q = q > kWeightLevels ? kWeightLevels : q;
  q = q < -kWeightLevels ? -kWeightLevels : q;
  const float difference = value - nearest(q) * scale;
  return difference * difference;
}

// Sums in lanes, so that the compiler may take them side by side; the order is the same everywhere.
float squared_error(const Channel& channel, float scale) {
  constexpr std::int64_t kLanes = 16;
  const float inverse = 1.0f / scale;
  float lanes[kLanes] = {};
  double rest = 0;
  for (std::int64_t o = 0; o < channel.outer; ++o) {
    const float* line = channel.first + o * channel.stride;
    std::int64_t i = 0;
    for (; i + kLanes <= channel.inner; i += kLanes)
      for (std::int64_t lane = 0; lane < kLanes; ++lane) lanes[lane] += error_of(line[i + lane], scale, inverse);
    for (; i < channel.inner; ++i) rest += error_of(line[i], scale, inverse);
  }
  for (float lane : lanes) rest += lane;
  return static_cast<float>(rest);
}

float search_scale(const Channel& channel, float widest) {
  constexpr int kSteps = 12;
  constexpr float kStep = 0.025f;  // of the widest scale
  float best = widest, least = squared_error(channel, widest);
  for (int i = 1; i <= kSteps; ++i) {
    const float scale = widest * (1.0f - kStep * static_cast<float>(i));
    const float error = squared_error(channel, scale);
    if (error >= least) continue;
    least = error;
    best = scale;
  }
  return best;
}

float largest(const Channel& channel) {
  float most = 0;
  for (std::int64_t o = 0; o < channel.outer; ++o)
    for (std::int64_t i = 0; i < channel.inner; ++i)
      most = std::max(most, std::abs(channel.first[o * channel.stride + i]));
  return most;
}

void round_channel(const Channel& channel, float scale, std::int8_t* first) {
  const float inverse = 1.0f / scale;
  for (std::int64_t o = 0; o < channel.outer; ++o)
    for (std::int64_t i = 0; i < channel.inner; ++i) {
      const float q = std::clamp(channel.first[o * channel.stride + i] * inverse, -kWeightLevels, kWeightLevels);
      first[o * channel.stride + i] = static_cast<std::int8_t>(nearest(q));
    }
}

}  // namespace

tflite::Quantization activation_parameters(tflite::Range range, Precision precision) {
  constexpr float kSmallest = 1e-9f;  // of a scale: what is always zero still needs one
  const double low = std::min(range.low, 0.0f), high = std::max(range.high, 0.0f);
  if (precision == Precision::int16)
    return {{std::max(static_cast<float>(std::max(-low, high) / 32767.0), kSmallest)}, {0}};
  const float scale = std::max(static_cast<float>((high - low) / 255.0), kSmallest);
  const double zero = std::round(-128.0 - low / scale);
  return {{scale}, {static_cast<std::int64_t>(std::clamp(zero, -128.0, 127.0))}};
}

Result<Tensor> quantize_constant(const Tensor& values, const tflite::Quantization& parameters, Precision precision) {
  TRY_ASSIGN(Tensor result, Tensor::zeros(dtype_of(precision), values.shape()));
  const double lowest = precision == Precision::int8 ? -128 : -32768;
  const double highest = precision == Precision::int8 ? 127 : 32767;
  const auto from = values.as<float>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double stored = std::round(static_cast<double>(from[i]) / parameters.scales[0]) +
                          static_cast<double>(parameters.zero_points[0]);
    const double clamped = std::clamp(stored, lowest, highest);
    if (precision == Precision::int8) {
      result.mutable_as<std::int8_t>()[i] = static_cast<std::int8_t>(clamped);
    } else {
      result.mutable_as<std::int16_t>()[i] = static_cast<std::int16_t>(clamped);
    }
  }
  return result;
}

Result<QuantizedWeights> quantize_weights(const Tensor& weights, int axis, bool search, std::span<const float> least) {
  TRY_ASSIGN(Tensor stored, Tensor::zeros(DType::int8, weights.shape()));
  const std::int64_t channels = weights.shape()[axis];
  const bool last = axis == weights.shape().rank() - 1;
  const std::int64_t each = weights.elements() / std::max<std::int64_t>(channels, 1);
  std::vector<float> scales(static_cast<std::size_t>(channels), 0.0f);
  const float* data = weights.as<float>().data();
  const auto channel_at = [&](std::int64_t c) {
    return last ? Channel{data + c, each, 1, channels} : Channel{data + c * each, 1, each, each};
  };
  float widest = 0;
  for (std::int64_t c = 0; c < channels; ++c) {
    const Channel channel = channel_at(c);
    float& scale = scales[static_cast<std::size_t>(c)];
    scale = largest(channel) / kWeightLevels;
    if (!std::isfinite(scale)) return invalid("weights hold a value that is not finite");
    if (scale > 0 && search) scale = search_scale(channel, scale);
    widest = std::max(widest, scale);
  }
  for (std::size_t c = 0; c < scales.size(); ++c) {
    if (scales[c] < std::numeric_limits<float>::min()) scales[c] = widest > 0 ? widest : 1.0f;  // all zeros
    if (!least.empty()) scales[c] = std::max(scales[c], least[c]);
    const auto at = static_cast<std::int64_t>(c);
    round_channel(channel_at(at), scales[c], stored.mutable_as<std::int8_t>().data() + (last ? at : at * each));
  }
  const std::vector<std::int64_t> zeros(scales.size(), 0);
  return QuantizedWeights{std::move(stored), {std::move(scales), zeros, axis}};
}

Result<Tensor> dequantized(const QuantizedWeights& weights) {
  TRY_ASSIGN(Tensor result, Tensor::zeros(DType::float32, weights.values.shape()));
  const auto stored = weights.values.as<std::int8_t>();
  const auto& scales = weights.parameters.scales;
  const auto values = result.mutable_as<float>();
  const std::size_t channels = scales.size();
  if (weights.parameters.axis == weights.values.shape().rank() - 1) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = scales[i % channels] * static_cast<float>(stored[i]);
    return result;
  }
  const std::size_t each = values.size() / channels;
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t i = c * each; i < (c + 1) * each; ++i) values[i] = scales[c] * static_cast<float>(stored[i]);
  return result;
}

Result<QuantizedWeights> quantize_bias(std::span<const float> bias, float input_scale,
                                       const tflite::Quantization& weights, bool wide) {
  const Shape shape{static_cast<std::int64_t>(bias.size())};
  TRY_ASSIGN(Tensor stored, Tensor::zeros(wide ? DType::int64 : DType::int32, shape));
  tflite::Quantization parameters{{}, std::vector<std::int64_t>(bias.size(), 0), 0};
  for (std::size_t c = 0; c < bias.size(); ++c) {
    const float scale = input_scale * weights.scales[weights.scales.size() == 1 ? 0 : c];
    parameters.scales.push_back(scale);
    const double exact = std::round(static_cast<double>(bias[c]) / scale);
    const double limit = wide ? 1e15 : std::numeric_limits<std::int32_t>::max();
    const double value = std::clamp(exact, -limit, limit);
    if (wide) {
      stored.mutable_as<std::int64_t>()[c] = static_cast<std::int64_t>(value);
    } else {
      stored.mutable_as<std::int32_t>()[c] = static_cast<std::int32_t>(value);
    }
  }
  return QuantizedWeights{std::move(stored), std::move(parameters)};
}

}  // namespace diolkos::quantize
