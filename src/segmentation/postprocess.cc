#include "segmentation/postprocess.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "kernels/decide/decide.h"
#include "segmentation/bilinear.h"
#include "segmentation/scores.h"

namespace diolkos::segmentation {
namespace {

constexpr std::uint8_t kMarked = 255;

bool same(const Geometry& a, const Geometry& b) {
  return a.frame == b.frame && a.input == b.input && a.frame_region == b.frame_region &&
         a.input_region == b.input_region;
}

}  // namespace

Result<Postprocessor> Postprocessor::create(DType dtype, const Shape& output, const PostprocessOptions& options) {
  TRY(check_scores(dtype, output));
  if (options.raw ? !std::isfinite(options.threshold) : !(options.threshold >= 0 && options.threshold <= 1))
    return failure(ErrorCode::usage, fmt::format("threshold {} is not a probability of 0 to 1; raw scores are held "
                                                 "against a threshold with --raw",
                                                 options.threshold));
  const bool scores = dtype == DType::float32;
  const std::int64_t classes = !scores ? 256 : std::max<std::int64_t>(2, output[1]);
  if (options.class_index && (*options.class_index < 0 || *options.class_index >= classes))
    return invalid(fmt::format("class {} is not one of the network's: its output {} has classes 0 to {}",
                               *options.class_index, to_string(output), classes - 1));
  return Postprocessor(options);
}

Status Postprocessor::run(const Tensor& output, const Geometry& geometry, Segmentation& segmentation) {
  TRY_ASSIGN(const Scores scores, scores_of(output));
  set_axes(scores, geometry);
  segmentation.mask_of = options_.class_index;
  std::uint8_t* const labels = prepare(geometry, segmentation.map);
  const std::size_t stride = segmentation.map.stride();
  if (scores.values == nullptr)
    copy_nearest(output, labels, stride);
  else if (options_.class_index)
    decide_mask(scores, *options_.class_index, kMarked, labels, stride);
  else if (scores.classes == 1)
    decide_mask(scores, 1, 1, labels, stride);
  else
    decide_classes(scores, labels, stride);
  return {};
}

void Postprocessor::set_axes(const Scores& scores, const Geometry& geometry) {
  if (same(geometry, known_) && scores.height == grid_height_ && scores.width == grid_width_) return;
  known_ = geometry;
  grid_height_ = scores.height;
  grid_width_ = scores.width;
  const GridCoordinates coordinates = options_.resize ? options_.resize->coordinates : GridCoordinates::half_pixel;
  const Size resized = options_.resize ? options_.resize->size : geometry.input;
  const double across = static_cast<double>(resized.width) / geometry.input.width;
  const double down = static_cast<double>(resized.height) / geometry.input.height;
  const Rect& input = geometry.input_region;
  const GridPart columns =
      grid_part(coordinates, scores.width, resized.width, {input.x * across, input.width * across});
  const GridPart rows = grid_part(coordinates, scores.height, resized.height, {input.y * down, input.height * down});
  columns_.set(geometry.frame_region.width, scores.width, columns.origin, columns.extent);
  rows_.set(geometry.frame_region.height, scores.height, rows.origin, rows.extent);
  grid_.resize(scores.plane_size());
}

// The first pixel of the frame's region in a map of the frame's size, which is 0 elsewhere.
std::uint8_t* Postprocessor::prepare(const Geometry& geometry, Image& map) const {
  map.reshape(geometry.frame.width, geometry.frame.height, PixelFormat::gray);
  const Rect& region = geometry.frame_region;
  if (region.width < geometry.frame.width || region.height < geometry.frame.height)
    std::fill(map.pixels().begin(), map.pixels().end(), std::uint8_t{0});
  return map.row(region.y) + region.x;
}

void Postprocessor::decide_classes(const Scores& scores, std::uint8_t* labels, std::size_t stride) {
  const auto pixels = static_cast<std::int64_t>(scores.plane_size());
  kernels::decide::run_largest({scores.classes, pixels, cpu::best_isa()}, pixels, scores.values, grid_.data());
  const auto width = static_cast<std::ptrdiff_t>(scores.width);
  best_.resize(static_cast<std::size_t>(columns_.outputs()));
  class_.resize(static_cast<std::size_t>(columns_.outputs()));
  upsampler_.run(grid_.data(), rows_, columns_, labels, stride, [&](int y, std::span<const int> xs, std::uint8_t* row) {
    std::fill_n(best_.begin(), xs.size(), -std::numeric_limits<float>::infinity());
    std::fill_n(class_.begin(), xs.size(), std::uint8_t{0});
    for (int index = 0; index < scores.classes; ++index) {
      const float* const upper = scores.plane(index) + rows_.low(y) * width;
      const float* const lower = scores.plane(index) + rows_.high(y) * width;
      for (std::size_t i = 0; i < xs.size(); ++i) {
        const int low = columns_.low(xs[i]), high = columns_.high(xs[i]);
        const float value =
            bilinear({upper[low], upper[high], lower[low], lower[high]}, columns_.weight(xs[i]), rows_.weight(y));
        const bool higher = value > best_[i];
        best_[i] = higher ? value : best_[i];
        class_[i] = higher ? static_cast<std::uint8_t>(index) : class_[i];
      }
    }
    for (std::size_t i = 0; i < xs.size(); ++i) row[xs[i]] = class_[i];
  });
}

void Postprocessor::decide_mask(const Scores& scores, int class_index, std::uint8_t mark, std::uint8_t* labels,
                                std::size_t stride) {
  margin_.set(scores, class_index, options_.threshold, options_.raw);
  margin_.mark(grid_.data(), mark);
  const auto width = static_cast<std::size_t>(scores.width);
  upsampler_.run(grid_.data(), rows_, columns_, labels, stride, [&](int y, std::span<const int> xs, std::uint8_t* row) {
    const std::size_t upper = static_cast<std::size_t>(rows_.low(y)) * width;
    const std::size_t lower = static_cast<std::size_t>(rows_.high(y)) * width;
    for (const int x : xs) {
      const auto low = static_cast<std::size_t>(columns_.low(x));
      const auto high = static_cast<std::size_t>(columns_.high(x));
      const Cell cell{{upper + low, upper + high, lower + low, lower + high}, columns_.weight(x), rows_.weight(y)};
      row[x] = margin_.reached(cell) ? mark : 0;
    }
  });
}

void Postprocessor::copy_nearest(const Tensor& output, std::uint8_t* labels, std::size_t stride) {
  to_bytes(output, grid_.data());
  if (options_.class_index) {
    const auto wanted = static_cast<std::uint8_t>(*options_.class_index);
    for (std::uint8_t& label : grid_) label = label == wanted ? kMarked : 0;
  }
  for (int y = 0; y < rows_.outputs(); ++y, labels += stride) {
    const std::uint8_t* const from = grid_.data() + static_cast<std::ptrdiff_t>(rows_.nearest(y)) * columns_.grid();
    for (int x = 0; x < columns_.outputs(); ++x) labels[x] = from[columns_.nearest(x)];
  }
}

}  // namespace diolkos::segmentation
