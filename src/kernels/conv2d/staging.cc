#include "kernels/conv2d/staging.h"

#include <algorithm>
#include <cstring>

namespace diolkos::kernels::conv2d {
namespace {

// Every stride-th pixel of `bytes`.
void copy_pixels(const std::byte* from, std::int64_t stride, std::int64_t bytes, std::int64_t count, std::byte* to) {
  if (stride == 1) {
    std::memcpy(to, from, static_cast<std::size_t>(count * bytes));
  } else if (bytes == 4) {
    // Of a constant size, and by a constant stride where it is the usual one: vectorised.
    const auto copy = [&](std::int64_t step) {
      for (std::int64_t i = 0; i < count; ++i) std::memcpy(to + 4 * i, from + 4 * step * i, 4);
    };
    if (stride == 2)
      copy(2);
    else
      copy(stride);
  } else {
    for (std::int64_t i = 0; i < count; ++i)
      std::memcpy(to + i * bytes, from + i * stride * bytes, static_cast<std::size_t>(bytes));
  }
}

}  // namespace

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

StagedAxis::Phase StagedAxis::phase(std::int64_t index) const {
  const std::int64_t first = index - axis_.pad, stride = axis_.stride;
  const auto steps_to = [&](std::int64_t input) { return input <= first ? 0 : (input - first + stride - 1) / stride; };
  const std::int64_t begin = std::min(length_, steps_to(0));
  const std::int64_t end = std::clamp(steps_to(axis_.input), begin, length_);
  return {begin, end, first + begin * stride};
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

void Staging::copy_row(const std::byte* image, std::int64_t plane, std::int64_t row, std::int64_t element_bytes,
                       std::byte* staged) const {
  const std::int64_t bytes = unit * element_bytes;
  std::byte* to = staged + (plane * rows.size() + row) * row_elements() * element_bytes;
  const std::int64_t source = rows.source(row);
  if (source < 0) {
    std::memset(to, 0, static_cast<std::size_t>(row_elements() * element_bytes));
    return;
  }
  const std::byte* const from = image + (plane * in_height + source) * in_width * bytes;
  for (std::int64_t index = 0; index < columns.phases(); ++index, to += columns.length() * bytes) {
    const StagedAxis::Phase phase = columns.phase(index);
    std::memset(to, 0, static_cast<std::size_t>(phase.begin * bytes));
    if (phase.begin < phase.end)
      copy_pixels(from + phase.source * bytes, columns.stride(), bytes, phase.end - phase.begin,
                  to + phase.begin * bytes);
    std::memset(to + phase.end * bytes, 0, static_cast<std::size_t>((columns.length() - phase.end) * bytes));
  }
}

// Rows of all planes and phases together, from the top down: whoever computes the outputs there has copied most of what
// they read, and finds it in its own caches.
void Staging::copy(const void* image, void* staged, std::int64_t element_bytes, ThreadPool& pool) const {
  constexpr std::int64_t kRowsAtOnce = 8;
  const std::int64_t all = rows.length() * planes;
  pool.parallel_for((all + kRowsAtOnce - 1) / kRowsAtOnce, [&](std::int64_t item, int) {
    for (std::int64_t at = item * kRowsAtOnce; at < all && at < (item + 1) * kRowsAtOnce; ++at)
      for (std::int64_t phase = 0; phase < rows.phases(); ++phase)
        copy_row(static_cast<const std::byte*>(image), at % planes, phase * rows.length() + at / planes, element_bytes,
                 static_cast<std::byte*>(staged));
  });
}

}  // namespace diolkos::kernels::conv2d
