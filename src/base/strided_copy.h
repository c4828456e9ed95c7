// A strided view brought to dense row-major order: a transposed, sliced or Fortran-ordered tensor read from a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/shape.h"

namespace diolkos {

// Whether `strides`, in elements, are those of a dense row-major tensor. An axis of one element may have any, and so
// may all where there is no element.
bool is_row_major(const Shape& shape, std::span<const std::int64_t> strides);

// Elements of storage that the view spans: 1 + sum((dim - 1) * stride), 0 where it has no element.
// nullopt for a negative stride, a count of strides other than the rank, an open dimension, or a sum over 62 bits.
std::optional<std::int64_t> strided_extent(const Shape& shape, std::span<const std::int64_t> strides);

// target[row-major (i, j, …)] = source[i * strides[0] + j * strides[1] + …], each element of `element_size` bytes
// (1, 2, 4 or 8). `source` must hold strided_extent() elements, `target` as many as the shape has.
void copy_strided(const Shape& shape, std::span<const std::int64_t> strides, std::size_t element_size,
                  const std::byte* source, std::byte* target);

}  // namespace diolkos
