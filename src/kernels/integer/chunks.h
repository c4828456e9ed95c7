// How the sum of a dense integer convolution is cut: runs of channels that lie one behind the other in memory, gathered
// into chunks whose weights fit the first-level cache.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/integer/convolution.h"
#include "kernels/integer/dot.h"

namespace diolkos::kernels::integer {

struct Area {  // of outputs
  std::int64_t top = 0, bottom = 0, left = 0, right = 0;

  std::int64_t width() const { return right - left; }
  bool empty() const { return top >= bottom || left >= right; }
};
Area common(const Area& a, const Area& b);

// Channels [first, first + length) counted from the first channel of a tap; they run on into the row's next taps.
struct Piece {
  std::int64_t tap_row, tap_column, first, length;
};

struct Chunk {
  Area outputs;          // that any of its taps hits the image for
  std::size_t head = 0;  // the first chunk of these taps, or of all: with it the constants of their sums are told
  int first_run = 0;
  int runs = 0;
  std::int64_t step = 0;  // of the packed weights
};

struct ChunkPlan {
  conv2d::Shape shape;  // a convolution of one tap is one long row
  Image input, output;
  DotKernel kernel;
  std::int64_t element_bytes = 1;  // of what the kernel reads
  bool cut = false;                // each tap only where it hits the image; otherwise the image has a border
  bool staged = false;             // the image is copied: with its border, or widened to 16 bits
  std::int64_t staged_height = 0, staged_width = 0;
  std::int64_t pad_top = 0, pad_left = 0;  // of the border
  std::vector<Piece> pieces;
  std::vector<Run> runs;  // of each piece
  std::vector<Chunk> chunks;
  std::int64_t steps = 0;

  std::int64_t pixel_bytes() const { return input.stride() * element_bytes; }
  std::int64_t row_bytes() const { return (staged ? staged_width : shape.width.input) * pixel_bytes(); }
  std::int64_t staged_bytes() const { return staged ? staged_height * staged_width * pixel_bytes() + 64 : 0; }
};

ChunkPlan plan_chunks(const Spec& spec);

}  // namespace diolkos::kernels::integer
