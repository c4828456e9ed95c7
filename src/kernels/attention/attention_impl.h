// Attention for one instruction set; see attention_kernels.h.
#pragma once

#include "kernels/attention/attention_kernels.h"
#include "kernels/simd/block16.h"
#include "kernels/simd/exponential.h"

namespace diolkos::kernels::attention {
namespace {

constexpr float kLowest = -3.0e38f;

void weigh(float* scores, std::int64_t queries, std::int64_t keys, float scale, float* inverses) {
  const std::int64_t step = queries * 16, whole = keys / 16;
  float beyond[16];
  for (int i = 0; i < 16; ++i) beyond[i] = i < keys % 16 ? 1.0f : -1.0f;
  const Block16 sign = load(beyond), factor = splat(scale);
  const bool has_part = keys % 16 != 0;
  for (std::int64_t n = 0; n < queries; ++n) {
    float* const row = scores + n * 16;
    float* const part = row + whole * step;
    Block16 peaks = has_part ? where_negative(sign, splat(kLowest), load(part)) : load(row);
    for (std::int64_t b = 0; b < whole; ++b) peaks = at_least(peaks, load(row + b * step));
    const Block16 peak = splat(largest_of(peaks));
    Block16 sum = splat(0);
    if (has_part) {
      sum = where_negative(sign, splat(0), exponential((load(part) - peak) * factor));
      store(part, sum);
    }
    for (std::int64_t b = 0; b < whole; ++b) {
      const Block16 power = exponential((load(row + b * step) - peak) * factor);
      store(row + b * step, power);
      sum = sum + power;
    }
    inverses[n] = 1.0f / sum_of(sum);
  }
}

void divide(float* y, std::int64_t block_step, std::int64_t blocks, std::int64_t queries, const float* inverses) {
  for (std::int64_t b = 0; b < blocks; ++b)
    for (std::int64_t n = 0; n < queries; ++n) {
      float* const at = y + b * block_step + n * 16;
      store(at, load(at) * splat(inverses[n]));
    }
}

}  // namespace
}  // namespace diolkos::kernels::attention
