// A copy of a convolution's input arranged so that every tap of a row of outputs reads consecutive pixels: borders are
// zeros, and a strided axis is split into its phases.
//
// Along an axis: with kernel 1, staged position i is input i * stride - pad; otherwise position phase * length + i is
// input i * stride + phase - pad. Output o's tap k is then at tap_offset(k) + o.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/conv2d/convolution.h"
#include "kernels/tile/tile.h"

namespace diolkos::kernels::conv2d {

class StagedAxis {
 public:
  StagedAxis() = default;
  explicit StagedAxis(const Axis& axis);

  std::int64_t size() const { return phases_ * length_; }
  std::int64_t tap_offset(std::int64_t tap) const;
  std::int64_t source(std::int64_t position) const;  // input index, or -1 where zeros are

  // One phase: staged positions [begin, end) of its length hold every stride-th input from `source`, the others zeros.
  struct Phase {
    std::int64_t begin;
    std::int64_t end;
    std::int64_t source;
  };
  Phase phase(std::int64_t index) const;
  std::int64_t phases() const { return phases_; }
  std::int64_t length() const { return length_; }
  std::int64_t stride() const { return axis_.stride; }

 private:
  Axis axis_;
  std::int64_t phases_ = 1;
  std::int64_t length_ = 1;
};

// One image at a time.
struct Staging {
  StagedAxis rows;
  StagedAxis columns;
  std::int64_t planes = 1;
  std::int64_t unit = 16;  // elements of one pixel of a plane
  std::int64_t in_height = 1;
  std::int64_t in_width = 1;

  Staging() = default;
  Staging(const Shape& shape, tile::PlaneLayout layout);

  std::int64_t row_elements() const { return columns.size() * unit; }
  std::int64_t plane_elements() const { return rows.size() * row_elements(); }
  std::int64_t elements() const { return planes * plane_elements(); }
  // Elements of `element_bytes`: 4, or 2 once inputs are 16-bit numbers.
  void copy(const void* image, void* staged, std::int64_t element_bytes, ThreadPool& pool) const;

 private:
  void copy_row(const std::byte* image, std::int64_t plane, std::int64_t row, std::int64_t element_bytes,
                std::byte* staged) const;
};

// Whether the copy is about as large as the input: not where far dilations or padding make it many times that.
bool staging_is_small(const Shape& shape);

}  // namespace diolkos::kernels::conv2d
