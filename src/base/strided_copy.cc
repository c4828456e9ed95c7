#include "base/strided_copy.h"

#include <array>
#include <cstring>

namespace diolkos {
namespace {

constexpr std::int64_t kLimit = std::int64_t{1} << 62;

struct Walk {
  const Shape& shape;
  std::span<const std::int64_t> strides;
  const std::byte* source;
  std::byte* target;
};

template <std::size_t Size>
void copy_line(std::int64_t count, std::int64_t stride, const std::byte* source, std::byte* target) {
  for (std::int64_t i = 0; i < count; ++i)
    std::memcpy(target + i * static_cast<std::int64_t>(Size), source + i * stride * static_cast<std::int64_t>(Size),
                Size);
}

template <std::size_t Size>
void copy_elements(const Walk& walk) {
  const int inner = walk.shape.rank() - 1;
  const std::int64_t line = walk.shape[inner];
  const std::int64_t lines = walk.shape.elements() / line;
  std::array<std::int64_t, Shape::kMaxRank> index{};
  std::int64_t offset = 0;  // of the line's first element in the source
  for (std::int64_t done = 0; done < lines; ++done) {
    copy_line<Size>(line, walk.strides[static_cast<std::size_t>(inner)],
                    walk.source + offset * static_cast<std::int64_t>(Size),
                    walk.target + done * line * static_cast<std::int64_t>(Size));
    for (int axis = inner - 1; axis >= 0; --axis) {
      const auto at = static_cast<std::size_t>(axis);
      offset += walk.strides[at];
      if (++index[at] < walk.shape[axis]) break;
      offset -= index[at] * walk.strides[at];
      index[at] = 0;
    }
  }
}

}  // namespace

bool is_row_major(const Shape& shape, std::span<const std::int64_t> strides) {
  if (strides.size() != static_cast<std::size_t>(shape.rank())) return false;
  if (shape.elements() == 0) return true;
  std::int64_t expected = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    if (shape[axis] != 1 && strides[static_cast<std::size_t>(axis)] != expected) return false;
    expected *= shape[axis];
  }
  return true;
}

std::optional<std::int64_t> strided_extent(const Shape& shape, std::span<const std::int64_t> strides) {
  if (strides.size() != static_cast<std::size_t>(shape.rank())) return std::nullopt;
  const auto count = shape.checked_elements();
  if (!count) return std::nullopt;
  std::int64_t extent = *count == 0 ? 0 : 1;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const std::int64_t stride = strides[static_cast<std::size_t>(axis)];
    if (stride < 0) return std::nullopt;
    if (*count == 0 || shape[axis] == 1 || stride == 0) continue;
    if (shape[axis] - 1 > (kLimit - extent) / stride) return std::nullopt;
    extent += (shape[axis] - 1) * stride;
  }
  return extent;
}

void copy_strided(const Shape& shape, std::span<const std::int64_t> strides, std::size_t element_size,
                  const std::byte* source, std::byte* target) {
  if (shape.elements() == 0) return;
  if (shape.rank() == 0) {
    std::memcpy(target, source, element_size);
    return;
  }
  const Walk walk{shape, strides, source, target};
  switch (element_size) {
    case 1: return copy_elements<1>(walk);
    case 2: return copy_elements<2>(walk);
    case 4: return copy_elements<4>(walk);
    case 8: return copy_elements<8>(walk);
    default: return;
  }
}

}  // namespace diolkos
