// Include from a file compiled for one instruction set, which defines window_kernels_NAME().
#pragma once

#include "kernels/integer/lanes.h"
#include "kernels/integer/window.h"

namespace diolkos::kernels::integer {
namespace {

struct Inside {
  std::int64_t begin, end;  // of a window, where it hits the input
};

inline Inside inside(const conv2d::Axis& axis, std::int64_t i) {
  const std::int64_t first = i * axis.stride - axis.pad, last = first + axis.kernel;
  return {first < 0 ? 0 : first, last > axis.input ? axis.input : last};
}

// What no element is below.
template <class T>
constexpr std::int32_t kLeast = sizeof(T) == 1 ? 0 : -32768;

DIOLKOS_LANES std::int32_t rounded_quotient(std::int32_t sum, std::int32_t count) {
  return count > 0 ? (sum > 0 ? sum + count / 2 : sum - count / 2) / count : 0;
}

template <class T>
DIOLKOS_LANES void pool_block(const Pool& pool, const T* image, Inside rows, Inside columns, std::int64_t channel,
                              T* out) {
  const std::int64_t stride = pool.input.stride();
  const std::int32_t offset = pool.input.offset();
  Ints value = Ints{} + (pool.average ? 0 : kLeast<T>);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const T* x = image + (r * pool.input.width + columns.begin) * stride + channel;
    for (std::int64_t c = columns.begin; c < columns.end; ++c, x += stride)
      value = pool.average ? value + (load(x) - offset) : larger(load(x), value);
  }
  if (pool.average) {
    const auto count = static_cast<std::int32_t>((rows.end - rows.begin) * (columns.end - columns.begin));
    for (int i = 0; i < 16; ++i) value[i] = rounded_quotient(value[i], count) + offset;
  }
  store(out, clamp_lanes(value, pool.low, pool.high));
}

// A pixel of 4 channels.
template <class T>
void pool_four(const Pool& pool, const T* image, Inside rows, Inside columns, T* out) {
  const std::int32_t offset = pool.input.offset();
  const auto count = static_cast<std::int32_t>((rows.end - rows.begin) * (columns.end - columns.begin));
  for (int i = 0; i < 4; ++i) {
    std::int32_t value = pool.average ? 0 : kLeast<T>;
    for (std::int64_t r = rows.begin; r < rows.end; ++r)
      for (std::int64_t c = columns.begin; c < columns.end; ++c) {
        const std::int32_t x = image[(r * pool.input.width + c) * 4 + i];
        value = pool.average ? value + x - offset : (x > value ? x : value);
      }
    if (pool.average) value = rounded_quotient(value, count) + offset;
    value = value < pool.low ? pool.low : value;
    out[i] = static_cast<T>(value > pool.high ? pool.high : value);
  }
}

template <class T>
void pool_row_of(const Pool& pool, const T* image, std::int64_t y, T* out) {
  const std::int64_t stride = pool.input.stride();
  const Inside rows = inside(pool.height, y);
  for (std::int64_t x = 0; x < pool.output.width; ++x, out += stride) {
    const Inside columns = inside(pool.width, x);
    if (stride == 4) pool_four(pool, image, rows, columns, out);
    for (std::int64_t c = 0; stride != 4 && c < stride; c += 16) pool_block(pool, image, rows, columns, c, out + c);
  }
}

void pool_row(const Pool& pool, const void* image, std::int64_t y, void* row) {
  if (pool.input.dtype == DType::int16)
    pool_row_of(pool, static_cast<const std::int16_t*>(image), y, static_cast<std::int16_t*>(row));
  else
    pool_row_of(pool, static_cast<const std::uint8_t*>(image), y, static_cast<std::uint8_t*>(row));
}

// sum / 2^20 to the nearest integer as TFLite does it: half away from zero, 0 towards minus.
template <class Sum>
inline Sum scaled_down(Sum sum) {
  const Sum half = sum > 0 ? Sum{1} << 19 : -(Sum{1} << 19);
  return (sum + half) / (Sum{1} << 20);
}

template <class T, class Sum>
void bilinear_row_of(const Bilinear& resize, const T* image, std::int64_t y, std::int32_t* line, T* out) {
  const std::int64_t stride = resize.input.stride(), width = resize.input.width * stride;
  const std::int32_t offset = resize.input.offset();
  const Neighbours& row = resize.rows[static_cast<std::size_t>(y)];
  const T *top = image + row.low * width, *bottom = image + row.high * width;
  const std::int32_t down = row.fraction, up = 1024 - row.fraction;
  for (std::int64_t i = 0; i < width; ++i) line[i] = (top[i] - offset) * up + (bottom[i] - offset) * down;
  for (const Neighbours& column : resize.columns) {
    const std::int32_t *left = line + column.low * stride, *right = line + column.high * stride;
    const Sum to_right = column.fraction, to_left = 1024 - column.fraction;
    for (std::int64_t c = 0; c < stride; ++c)
      out[c] = static_cast<T>(scaled_down<Sum>(left[c] * to_left + right[c] * to_right) + offset);
    out += stride;
  }
}

void bilinear_row(const Bilinear& resize, const void* image, std::int64_t y, std::int32_t* line, void* row) {
  if (resize.input.dtype == DType::int16)
    bilinear_row_of<std::int16_t, std::int64_t>(resize, static_cast<const std::int16_t*>(image), y, line,
                                                static_cast<std::int16_t*>(row));
  else
    bilinear_row_of<std::uint8_t, std::int32_t>(resize, static_cast<const std::uint8_t*>(image), y, line,
                                                static_cast<std::uint8_t*>(row));
}

constexpr WindowKernels kWindowKernels{pool_row, bilinear_row};

}  // namespace
}  // namespace diolkos::kernels::integer
