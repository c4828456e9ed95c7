// Include from a file compiled for one instruction set, which defines store_kernels_NAME(). The loops over 16 become
// vectors.
#pragma once

#include "kernels/integer/rounding.h"
#include "kernels/integer/store.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kOutputsOfTile = 32;

// x is one of [low, high] or near enough to be clamped rightly.
inline std::int32_t clamped(std::int32_t x, std::int32_t low, std::int32_t high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

template <class Sum, class Out>
void exact_block(const Scaling& by, std::int64_t channel, const Sum* sums, int lanes, Out* out) {
  for (int i = 0; i < lanes; ++i) {
    const auto c = static_cast<std::size_t>(channel + i);
    Sum sum = sums[i];
    if constexpr (sizeof(Sum) == 8) sum += by.wide_bias[c];
    const std::int64_t value = static_cast<std::int64_t>(multiply(sum, by.mantissas[c], by.exponents[c])) + by.zero;
    out[i] = static_cast<Out>(value < by.low ? by.low : value > by.high ? by.high : value);
  }
}

void block_to_u8(const Scaling& by, std::int64_t channel, const std::int32_t* sums, std::uint8_t* out) {
  const float* scales = by.scales.data() + channel;
  const float* nudges = by.nudges.data() + channel;
  float worst[16];
  std::int32_t values[16];
  for (int i = 0; i < 16; ++i) {
    const auto x = static_cast<float>(sums[i]);
    const Rounded rounded = round_of(limited(x * scales[i] + (x < 0 ? -nudges[i] : nudges[i])));
    values[i] = clamped(rounded.value + by.zero, by.low, by.high);
    worst[i] = rounded.doubt;
  }
  if (doubtful(worst)) {
    exact_block(by, channel, sums, 16, out);
    return;
  }
  for (int i = 0; i < 16; ++i) out[i] = static_cast<std::uint8_t>(values[i]);
}

void to_u8(const StoreArgs& args, const std::int32_t* sums, std::uint8_t* out) {
  for (int p = 0; p < args.pixels; ++p, sums += kOutputsOfTile, out += args.pixel_stride)
    for (int i = 0; i < args.lanes; i += 16) {
      if (args.lanes - i >= 16 && args.scaling->by_float)
        block_to_u8(*args.scaling, args.channel + i, sums + i, out + i);
      else
        exact_block(*args.scaling, args.channel + i, sums + i, args.lanes - i < 16 ? args.lanes - i : 16, out + i);
    }
}

template <class Sum>
void to_s16(const StoreArgs& args, const Sum* sums, std::int16_t* out) {
  for (int p = 0; p < args.pixels; ++p, sums += kOutputsOfTile, out += args.pixel_stride)
    exact_block(*args.scaling, args.channel, sums, args.lanes, out);
}

void widen_add(const std::int32_t* from, std::int64_t* sums, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) sums[i] += from[i];
}

constexpr StoreKernels kStoreKernels{to_u8, to_s16<std::int32_t>, to_s16<std::int64_t>, widen_add};

}  // namespace
}  // namespace diolkos::kernels::integer
