#include "kernels/integer/winograd_tiles.h"

#include <algorithm>
#include <utility>

#include "kernels/conv2d/hits.h"
#include "kernels/integer/dot.h"
#include "kernels/integer/winograd_transforms.h"

namespace diolkos::kernels::integer {
namespace {

struct Stretch {
  std::int32_t first, count, tile;
};

// Outputs of each phase of the dilation.
std::vector<Stretch> along(const conv2d::Axis& axis) {
  std::vector<Stretch> stretches;
  for (std::int64_t phase = 0; phase < std::min(axis.dilation, axis.output); ++phase) {
    const std::int64_t count = (axis.output - phase + axis.dilation - 1) / axis.dilation;
    const std::int64_t tiles = (count + 3) / 4;
    const std::int64_t fours = std::max<std::int64_t>(count - 3 * tiles, 0);
    for (std::int64_t i = 0, done = 0; i < tiles; ++i) {
      const std::int32_t tile = i < fours ? 4 : 3;
      stretches.push_back({static_cast<std::int32_t>(phase + done * axis.dilation),
                           static_cast<std::int32_t>(std::min<std::int64_t>(tile, count - done)), tile});
      done += tile;
    }
  }
  return stretches;
}

int largest(const std::vector<Stretch>& stretches) {
  return std::any_of(stretches.begin(), stretches.end(), [](const Stretch& s) { return s.tile == 4; }) ? 4 : 3;
}

double points_along(const std::vector<Stretch>& stretches) {
  double points = 0;
  for (const Stretch& stretch : stretches) points += stretch.tile + 2;
  return points;
}

bool plain3(const conv2d::Axis& axis) { return axis.kernel == 3 && axis.stride == 1; }

// In vector instructions of 16 outputs, or of 32 channels of 16 bits. The factors were fitted to measured times.
double cost_by_tiles(const conv2d::Shape& shape) {
  constexpr double kFilters = 5, kOutput = 10, kInput = 8;  // instructions for each point
  const auto rows = along(shape.height), columns = along(shape.width);
  const double points = points_along(rows) * points_along(columns);
  const auto of_filters = static_cast<double>(winograd_points(largest(rows), largest(columns)));
  const double pairs = static_cast<double>(shape.in_channels) / 2;
  const double blocks = static_cast<double>((shape.out_channels + kOutputs - 1) / kOutputs) * kOutputs / 16;
  const double bands = std::max(1.0, static_cast<double>(rows.size() * columns.size()) / 96);
  return pairs * blocks * (1.15 * points + kFilters * of_filters * bands) +
         points * (kOutput * blocks * (1 + pairs / 256) + kInput * pairs / 16);
}

double cost_as_written(const Spec& spec) {
  const auto& shape = spec.shape;
  const double group = dot4(spec.engine) ? 4 : 2;
  const double blocks = static_cast<double>((shape.out_channels + kOutputs - 1) / kOutputs) * kOutputs / 16;
  const auto hits = static_cast<double>(conv2d::all_hits(shape.height) * conv2d::all_hits(shape.width));
  return hits * static_cast<double>(shape.in_channels) / group * blocks * 1.05;
}

// Points need 16 bits. AMX's tiles multiply 8 bits six times as fast as anything multiplies 16; so do an Arm core's dot
// products, by four, where F(4,3) saves no more than that.
bool is_worth_points(Engine engine) {
  switch (engine) {
    case Engine::amx:
    case Engine::amx_model:
    case Engine::neon_dot:
    case Engine::neon_i8mm: return false;
    default: return true;
  }
}

}  // namespace

WinogradTiling winograd_tiling(const conv2d::Shape& shape) {
  const auto rows = along(shape.height), columns = along(shape.width);
  WinogradTiling tiling;
  tiling.height = largest(rows);
  tiling.width = largest(columns);
  tiling.tiles.reserve(rows.size() * columns.size());
  for (const auto& [height, width] : {std::pair(4, 3), {4, 4}, {3, 4}, {3, 3}})
    for (const Stretch& row : rows)
      for (const Stretch& column : columns)
        if (row.tile == height && column.tile == width)
          tiling.tiles.push_back({row.first, column.first, row.count, column.count, row.tile, column.tile});
  return tiling;
}

bool takes_winograd(const Spec& spec) {
  const auto& shape = spec.shape;
  constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;
  return plain3(shape.height) && plain3(shape.width) && shape.groups == 1 && shape.in_channels >= 16 &&
         spec.dtype != DType::int16 && !spec.weights.is_unsigned && spec.weights.zero == 0 &&
         shape.in_pixels() <= kMostPixels && shape.out_pixels() <= kMostPixels;
}

bool is_worth_winograd(const Spec& spec) {
  return takes_winograd(spec) && is_worth_points(spec.engine) && cost_by_tiles(spec.shape) < cost_as_written(spec);
}

}  // namespace diolkos::kernels::integer
