// How the sum of a convolution is cut: each chunk is a list of steps, small enough that its weights stay in the cache,
// over the rectangle of outputs where none of its taps falls into the padding.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/conv2d/convolution.h"
#include "kernels/conv2d/staging.h"

namespace diolkos::kernels::conv2d {

struct Rectangle {
  std::int64_t top = 0;
  std::int64_t bottom = 0;  // behind the last
  std::int64_t left = 0;
  std::int64_t right = 0;

  bool empty() const { return top >= bottom || left >= right; }
  std::int64_t area() const { return empty() ? 0 : (bottom - top) * (right - left); }
  bool operator==(const Rectangle&) const = default;
};

// One step of the tile: `plane` of the group's input at one tap (a * kernel width + b).
struct Step {
  std::int32_t plane;
  std::int32_t tap;
};

struct Chunk {
  Rectangle outputs;
  std::int64_t shift = 0;  // elements from output (i, j)'s own place in the input to the chunk's first tap
  std::int64_t first = 0;  // of its steps
  std::int64_t steps = 0;
  int idle = 0;            // tile.h: of the last of them
};

struct ChunkPlan {
  tile::PlaneLayout layout;
  bool staged = false;
  Staging staging;                    // where staged
  std::int64_t plane_elements = 0;    // of what the tiles read
  std::int64_t row_elements = 0;
  std::vector<Chunk> chunks;
  std::vector<Step> steps;
  std::vector<std::int32_t> offsets;  // of each step, beyond its chunk's shift
  bool begins = false;                // the first chunk covers every output, and so does the last: bias and
  bool ends = false;                  // activation are theirs; otherwise they are passes of their own

  std::int64_t step_count() const { return static_cast<std::int64_t>(steps.size()); }
  bool contiguous_rows(const Shape& shape) const {
    return row_elements == shape.width.output * layout.pixel_stride;
  }
};

// `channels` are those that one output is summed over: of its (merged) group.
ChunkPlan plan_chunks(const Shape& shape, std::int64_t channels, tile::PlaneLayout layout);

}  // namespace diolkos::kernels::conv2d
