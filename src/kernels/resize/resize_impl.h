// Resampling for one instruction set; see resize_kernels.h.
#pragma once

#include "kernels/resize/resize_kernels.h"
#include "kernels/simd/block16.h"

namespace diolkos::kernels::resize {
namespace {

inline Block16 between(Block16 a, Block16 b, Block16 fraction) {
  return multiply_add(splat(1) - fraction, a, fraction * b);
}

template <class Put>
inline void each_pixel(const AxisView& width, const float* top, const float* bottom, float v, Put put) {
  const Block16 down = splat(v);
  for (std::int64_t j = 0; j < width.output; ++j) {
    const std::int64_t left = width.low[j] * std::int64_t{16};
    const std::int64_t right = width.high[j] * std::int64_t{16};
    const Block16 across = splat(width.fraction[j]);
    const Block16 upper = between(load(top + left), load(top + right), across);
    const Block16 lower = between(load(bottom + left), load(bottom + right), across);
    put(j, between(upper, lower, down));
  }
}

void blocked_row(const AxisView& width, const float* top, const float* bottom, float v, float* output) {
  each_pixel(width, top, bottom, v, [=](std::int64_t j, Block16 value) { store(output + 16 * j, value); });
}

void blocked_row_onto(const AxisView& width, const float* top, const float* bottom, float v, float* output) {
  each_pixel(width, top, bottom, v,
             [=](std::int64_t j, Block16 value) { store(output + 16 * j, load(output + 16 * j) + value); });
}

void across(const AxisView& width, const float* row, float* output) {
  const std::int64_t whole = width.output / 16 * 16;
  for (std::int64_t j = 0; j < whole; j += 16)
    store(output + j, between(gather(row, width.low + j), gather(row, width.high + j), load(width.fraction + j)));
  for (std::int64_t j = whole; j < width.output; ++j) {
    const float u = width.fraction[j];
    output[j] = (1 - u) * row[width.low[j]] + u * row[width.high[j]];
  }
}

void blend(std::int64_t count, const float* top, const float* bottom, float v, float* output) {
  const Block16 down = splat(v);
  const std::int64_t whole = count / 16 * 16;
  for (std::int64_t i = 0; i < whole; i += 16) store(output + i, between(load(top + i), load(bottom + i), down));
  for (std::int64_t i = whole; i < count; ++i) output[i] = (1 - v) * top[i] + v * bottom[i];
}

void weighted_sum(std::int64_t count, const float* rows, std::int64_t taps, const std::int32_t* indices,
                  const float* weights, float* output) {
  const std::int64_t whole = count / 16 * 16;
  for (std::int64_t i = 0; i < whole; i += 16) {
    Block16 sum = splat(0);
    for (std::int64_t k = 0; k < taps; ++k)
      if (weights[k] != 0) sum = multiply_add(splat(weights[k]), load(rows + indices[k] * count + i), sum);
    store(output + i, sum);
  }
  for (std::int64_t i = whole; i < count; ++i) {
    float sum = 0;
    for (std::int64_t k = 0; k < taps; ++k)
      if (weights[k] != 0) sum += weights[k] * rows[indices[k] * count + i];
    output[i] = sum;
  }
}

}  // namespace
}  // namespace diolkos::kernels::resize
