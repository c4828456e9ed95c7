#include "kernels/conv2d/staging.h"

#include <cstring>

#include "kernels/layout/blocked.h"

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

Staging::Staging(const Shape& shape, tile::Form form)
    : rows(shape.height),
      columns(shape.width),
      planes(form == tile::Form::blocked ? blocks_of(shape.in_channels) : shape.in_channels),
      unit(tile::depth_of(form)),
      in_height(shape.height.input),
      in_width(shape.width.input) {}

bool staging_is_small(const Shape& shape, tile::Form form) {
  constexpr std::int64_t kFewPixels = 64 * 64;
  constexpr std::int64_t kLongest = 1 << 24;
  const Staging staging(shape, form);
  if (staging.rows.size() > kLongest || staging.columns.size() > kLongest) return false;
  return staging.rows.size() * staging.columns.size() <= 2 * shape.in_pixels() + kFewPixels;
}

void Staging::copy_row(const float* from, float* to) const {
  const std::size_t bytes = static_cast<std::size_t>(unit) * sizeof(float);
  for (std::int64_t column = 0; column < columns.size(); ++column, to += unit) {
    const std::int64_t source = columns.source(column);
    if (source < 0)
      std::memset(to, 0, bytes);
    else if (unit == 1)
      *to = from[source];
    else
      std::memcpy(to, from + source * unit, bytes);
  }
}

void Staging::copy(const float* image, float* staged, ThreadPool& pool) const {
  constexpr std::int64_t kRowsAtOnce = 8;
  const std::int64_t all = planes * rows.size();
  pool.parallel_for((all + kRowsAtOnce - 1) / kRowsAtOnce, [&](std::int64_t item, int) {
    for (std::int64_t at = item * kRowsAtOnce; at < all && at < (item + 1) * kRowsAtOnce; ++at) {
      const std::int64_t source = rows.source(at % rows.size());
      float* to = staged + at * row_floats();
      if (source < 0)
        std::memset(to, 0, static_cast<std::size_t>(row_floats()) * sizeof(float));
      else
        copy_row(image + (at / rows.size() * in_height + source) * in_width * unit, to);
    }
  });
}

}  // namespace diolkos::kernels::conv2d
