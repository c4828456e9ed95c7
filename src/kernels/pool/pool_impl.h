// Pooling for one instruction set; see pool_row.h.
#pragma once

#include "kernels/pool/pool_row.h"
#include "kernels/simd/block16.h"
#include "kernels/simd/window.h"

namespace diolkos::kernels::pool {
namespace {

// Below every finite number's work: what a window over padding alone has for a maximum.
constexpr float kLowest = -3.40282347e38f;

inline std::int64_t start_of(const Axis& axis, std::int64_t at) { return at * axis.stride - axis.pad_begin; }

inline Taps taps_of(const Axis& axis, std::int64_t at) {
  return taps_in_range(start_of(axis, at), axis.dilation, axis.kernel, axis.input);
}

// How many taps an average divides by, along one axis.
inline std::int64_t counted(const Axis& axis, std::int64_t at, bool with_padding) {
  const Taps taps = with_padding ? taps_in_range(start_of(axis, at) + axis.pad_begin, axis.dilation, axis.kernel,
                                                 axis.pad_begin + axis.input + axis.pad_end)
                                 : taps_of(axis, at);
  return taps.end > taps.begin ? taps.end - taps.begin : 0;
}

template <bool maximum>
inline Block16 window(const Row& args, Taps rows, Taps columns, std::int64_t j) {
  const Axis& height = args.spec.height;
  const Axis& width = args.spec.width;
  Block16 result = splat(maximum ? kLowest : 0);
  bool first = true;
  for (std::int64_t a = rows.begin; a < rows.end; ++a) {
    const std::int64_t row = start_of(height, args.row) + a * height.dilation;
    const float* from = args.input + (row * width.input + start_of(width, j)) * 16;
    for (std::int64_t b = columns.begin; b < columns.end; ++b) {
      const Block16 x = load(from + b * width.dilation * 16);
      if (maximum)
        result = first ? x : at_least(result, x);
      else
        result = result + x;
      first = false;
    }
  }
  return result;
}

void pool_row(const Row& args) {
  const Spec& spec = args.spec;
  const Taps rows = taps_of(spec.height, args.row);
  const bool with_padding = spec.kind == Kind::average_with_padding;
  const std::int64_t counted_rows = counted(spec.height, args.row, with_padding);
  for (std::int64_t j = 0; j < spec.width.output; ++j) {
    const Taps columns = taps_of(spec.width, j);
    float* to = args.output + j * 16;
    if (spec.kind == Kind::maximum) {
      store(to, window<true>(args, rows, columns, j));
    } else {
      const std::int64_t count = counted_rows * counted(spec.width, j, with_padding);
      store(to, window<false>(args, rows, columns, j) / splat(static_cast<float>(count > 0 ? count : 1)));
    }
  }
}

// Four sums at once: shorter chains, and less is lost in each.
void mean_of_plane(const float* plane, std::int64_t pixels, float* output) {
  Block16 sums[4] = {splat(0), splat(0), splat(0), splat(0)};
  for (std::int64_t p = 0; p < pixels; ++p) sums[p % 4] = sums[p % 4] + load(plane + p * 16);
  const Block16 sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  store(output, sum / splat(static_cast<float>(pixels > 0 ? pixels : 1)));
}

}  // namespace
}  // namespace diolkos::kernels::pool
