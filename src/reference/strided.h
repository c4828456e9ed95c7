// Walks over tensors of one shape and different strides, row by row.
#pragma once

#include <array>
#include <cstdint>

#include "base/shape.h"

namespace diolkos::reference {

using Strides = std::array<std::int64_t, Shape::kMaxRank>;  // in elements

inline Strides contiguous_strides(const Shape& shape) {
  Strides strides{};
  std::int64_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[static_cast<std::size_t>(i)] = step;
    step *= shape[i];
  }
  return strides;
}

// Of a tensor of `from`, read as if it had the shape `to` that it broadcasts to.
inline Strides broadcast_strides(const Shape& from, const Shape& to) {
  const Strides own = contiguous_strides(from);
  Strides strides{};
  const int offset = to.rank() - from.rank();
  for (int i = 0; i < from.rank(); ++i)
    strides[static_cast<std::size_t>(offset + i)] = from[i] == 1 ? 0 : own[static_cast<std::size_t>(i)];
  return strides;
}

// The axes of a walk over N operands: those of extent 1 dropped, neighbours joined where all operands allow it.
template <std::size_t N>
struct Walk {
  int rank = 0;
  std::array<std::int64_t, Shape::kMaxRank> extents{};
  std::array<Strides, N> strides{};

  Walk(const Shape& shape, const std::array<Strides, N>& given) {
    for (int i = 0; i < shape.rank(); ++i) {
      if (shape[i] == 1) continue;
      if (rank > 0 && joins(static_cast<std::size_t>(i), shape[i], given)) {
        extents[static_cast<std::size_t>(rank - 1)] *= shape[i];
      } else {
        extents[static_cast<std::size_t>(rank++)] = shape[i];
      }
      for (std::size_t k = 0; k < N; ++k)
        strides[k][static_cast<std::size_t>(rank - 1)] = given[k][static_cast<std::size_t>(i)];
    }
    if (rank == 0) extents[static_cast<std::size_t>(rank++)] = 1;
  }

 private:
  bool joins(std::size_t axis, std::int64_t extent, const std::array<Strides, N>& given) const {
    for (std::size_t k = 0; k < N; ++k)
      if (strides[k][static_cast<std::size_t>(rank - 1)] != given[k][axis] * extent) return false;
    return true;
  }
};

// Calls body(offsets, steps, count) for each row: element i of operand k lies at offsets[k] + i * steps[k].
template <std::size_t N, class Body>
void for_each_row(const Shape& shape, const std::array<Strides, N>& given, Body&& body) {
  for (std::int64_t extent : shape.dims())
    if (extent == 0) return;
  const Walk<N> walk(shape, given);
  const auto last = static_cast<std::size_t>(walk.rank - 1);
  std::array<std::int64_t, N> steps{};
  for (std::size_t k = 0; k < N; ++k) steps[k] = walk.strides[k][last];
  std::array<std::int64_t, N> offsets{};
  std::array<std::int64_t, Shape::kMaxRank> index{};
  for (;;) {
    body(offsets, steps, walk.extents[last]);
    int axis = walk.rank - 2;
    for (; axis >= 0; --axis) {
      const auto at = static_cast<std::size_t>(axis);
      for (std::size_t k = 0; k < N; ++k) offsets[k] += walk.strides[k][at];
      if (++index[at] < walk.extents[at]) break;
      for (std::size_t k = 0; k < N; ++k) offsets[k] -= walk.strides[k][at] * walk.extents[at];
      index[at] = 0;
    }
    if (axis < 0) return;
  }
}

}  // namespace diolkos::reference
