// Tensors with their axes in another order, by squares of 16 bytes a side: four rounds of interleaving turn 16 x 16
// bytes, two 4 x 4 floats. 128-bit vectors, which every processor has: what is turned waits for memory, not for
// registers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/shape.h"
#include "base/thread_pool.h"

namespace diolkos::kernels {

// to[c * to_step + r] = from[r * from_step + c] for r < rows, c < columns, in elements of 1, 2, 4 or 8 bytes; `flip` is
// then turned over in each element (of 1 byte; else 0).
struct Plane {
  std::int64_t rows = 1, columns = 1, from_step = 1, to_step = 1;
  std::uint8_t flip = 0;
};
void transpose_plane(const Plane& plane, std::size_t element_bytes, const void* from, void* to);

// y[i of axis order[0]][of order[1]]… = x[…]; `order` is a permutation of the axes of `shape`.
class Transpose {
 public:
  Transpose(const Shape& shape, std::span<const std::int64_t> order, std::size_t element_bytes);

  bool moves() const { return !is_copy_; }  // false: y is x
  void run(const void* x, void* y, ThreadPool& pool) const;

 private:
  struct Axis {
    std::int64_t extent, from_step, to_step;
  };

  std::vector<Axis> outer_;  // around the plane
  Plane plane_;              // of rows along y's last axis, columns along x's
  std::size_t element_bytes_;
  bool is_copy_ = false;
  bool by_runs_ = false;     // x's last axis is y's: `columns` elements at a time
};

// Element by element.
void reference_transpose(const Shape& shape, std::span<const std::int64_t> order, std::size_t element_bytes,
                         const void* x, void* y);

}  // namespace diolkos::kernels
