#include "kernels/conv2d/staging.h"

#include <cstring>

namespace diolkos::kernels::conv2d {

StagedAxis::StagedAxis(const Axis& axis) : axis_(axis) {
  if (axis.kernel == 1) {
    length_ = axis.output;
    return;
  }
  phases_ = axis.stride;
  length_ = axis.output + (axis.kernel - 1) * axis.dilation / axis.stride;
}

std::int64_t StagedAxis::tap_offset(std::int64_t tap) const {
  const std::int64_t reach = tap * axis_.dilation;
  return reach % phases_ * length_ + reach / phases_;
}

std::int64_t StagedAxis::source(std::int64_t position) const {
  const std::int64_t index = position % length_ * axis_.stride + position / length_ - axis_.pad;
  return index >= 0 && index < axis_.input ? index : -1;
}

Staging::Staging(const Shape& shape, tile::PlaneLayout layout)
    : rows(shape.height),
      columns(shape.width),
      planes((shape.in_channels + layout.depth - 1) / layout.depth),
      unit(layout.pixel_stride),
      in_height(shape.height.input),
      in_width(shape.width.input) {}

bool staging_is_small(const Shape& shape) {
  constexpr std::int64_t kFewPixels = 64 * 64;
  constexpr std::int64_t kLongest = 1 << 24;
  const Staging staging(shape, tile::kBlockedPlanes);
  if (staging.rows.size() > kLongest || staging.columns.size() > kLongest) return false;
  return staging.rows.size() * staging.columns.size() <= 2 * shape.in_pixels() + kFewPixels;
}

void Staging::copy_row(const std::byte* from, std::byte* to, std::int64_t element_bytes) const {
  const std::int64_t bytes = unit * element_bytes;
  for (std::int64_t column = 0; column < columns.size(); ++column, to += bytes) {
    const std::int64_t source = columns.source(column);
    if (source < 0)
      std::memset(to, 0, static_cast<std::size_t>(bytes));
    else if (bytes == 4)
      std::memcpy(to, from + source * 4, 4);
    else
      std::memcpy(to, from + source * bytes, static_cast<std::size_t>(bytes));
  }
}

void Staging::copy(const void* image, void* staged, std::int64_t element_bytes, ThreadPool& pool) const {
  constexpr std::int64_t kRowsAtOnce = 8;
  const std::int64_t all = planes * rows.size();
  const std::int64_t row_bytes = row_elements() * element_bytes;
  pool.parallel_for((all + kRowsAtOnce - 1) / kRowsAtOnce, [&](std::int64_t item, int) {
    for (std::int64_t at = item * kRowsAtOnce; at < all && at < (item + 1) * kRowsAtOnce; ++at) {
      const std::int64_t source = rows.source(at % rows.size());
      std::byte* to = static_cast<std::byte*>(staged) + at * row_bytes;
      if (source < 0)
        std::memset(to, 0, static_cast<std::size_t>(row_bytes));
      else
        copy_row(static_cast<const std::byte*>(image) +
                     (at / rows.size() * in_height + source) * in_width * unit * element_bytes,
                 to, element_bytes);
    }
  });
}

}  // namespace diolkos::kernels::conv2d
