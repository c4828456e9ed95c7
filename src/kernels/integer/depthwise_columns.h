// Depthwise convolutions of 8 bits by columns: under each output row the inputs that one column of taps meets are laid
// together, channel by channel, some rows to 32 bits (`rows`), and multiplied and added so many at a time. What a
// column was laid together for serves all pixels that meet it. Slices of 32 channels, of which the last 16 may be left
// out.
#pragma once

#include <cstdint>

#include "kernels/integer/engine.h"

namespace diolkos::kernels::integer {

inline constexpr int kSlice = 32;  // channels

struct LayColumns {
  const std::uint8_t* const* lines;  // of the kernel's rows: the first column's slice
  const std::int64_t* steps;         // bytes from a line's column to the next
  int lines_count;
  std::int64_t columns;
  bool half;          // of the slice
  std::int32_t* out;  // [columns][groups][32]
};

struct SumColumns {
  const std::int32_t* laid;   // as above
  std::int64_t pixel_stride;  // from a pixel's first column to the next's, in 32 bits
  const std::int64_t* terms;  // from a pixel's first column to each of its terms, in 32 bits
  std::int64_t terms_count;
  const std::int32_t* weights;  // [terms][32], as laid
  const std::int32_t* start;    // [32]
  std::int64_t pixels;
  bool half;           // of the slice
  std::int32_t* sums;  // [pixels][32]
};

struct DepthwiseColumns {
  int rows = 0;  // in 32 bits: as many bytes (4) or 16-bit numbers (2)
  void (*lay)(const LayColumns& args) = nullptr;
  void (*sum)(const SumColumns& args) = nullptr;

  explicit operator bool() const { return sum != nullptr; }
  int groups(std::int64_t lines) const { return static_cast<int>((lines + rows - 1) / rows); }
};

// `bytes`: whether weights fit 8 bits. None where a pixel at a time is all there is.
DepthwiseColumns depthwise_columns(Engine engine, bool bytes);

// Of one file each.
DepthwiseColumns depthwise_columns_avx2();
DepthwiseColumns depthwise_columns_vnni();

}  // namespace diolkos::kernels::integer
