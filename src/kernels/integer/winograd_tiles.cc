#include "kernels/integer/winograd_tiles.h"

#include <algorithm>

#include "kernels/conv2d/hits.h"
#include "kernels/conv2d/winograd_tiles.h"
#include "kernels/integer/dot.h"
#include "kernels/integer/winograd_transforms.h"

namespace diolkos::kernels::integer {
namespace {

struct Stretch {
  std::int32_t first, count;
};

std::vector<Stretch> along(const conv2d::Axis& axis, int tile) {
  std::vector<Stretch> stretches;
  for (std::int64_t phase = 0; phase < std::min(axis.dilation, axis.output); ++phase) {
    const std::int64_t count = (axis.output - phase + axis.dilation - 1) / axis.dilation;
    for (std::int64_t i = 0; i < count; i += tile)
      stretches.push_back({static_cast<std::int32_t>(phase + i * axis.dilation),
                           static_cast<std::int32_t>(std::min<std::int64_t>(tile, count - i))});
  }
  return stretches;
}

bool plain3(const conv2d::Axis& axis) { return axis.kernel == 3 && axis.stride == 1; }

// In vector instructions of 16 outputs, or of 32 channels of 16 bits. The factors were fitted to measured times.
double cost_by_tiles(const conv2d::Shape& shape, int tile) {
  constexpr double kFilters = 5, kOutput = 10, kInput = 8;  // instructions for each point
  const auto points = static_cast<double>(winograd_points(tile));
  const auto tiles =
      static_cast<double>(conv2d::tiles_along(shape.height, tile) * conv2d::tiles_along(shape.width, tile));
  const double pairs = static_cast<double>(shape.in_channels) / 2;
  const double blocks = static_cast<double>((shape.out_channels + kOutputs - 1) / kOutputs) * kOutputs / 16;
  const double bands = std::max(1.0, tiles / 96);
  return points * (pairs * blocks * (1.15 * tiles + kFilters * bands) +
                   tiles * (kOutput * blocks * (1 + pairs / 256) + kInput * pairs / 16));
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

std::vector<WinogradTile> winograd_tiles(const conv2d::Shape& shape, int tile) {
  const auto rows = along(shape.height, tile), columns = along(shape.width, tile);
  std::vector<WinogradTile> tiles;
  tiles.reserve(rows.size() * columns.size());
  for (const Stretch& row : rows)
    for (const Stretch& column : columns) tiles.push_back({row.first, column.first, row.count, column.count});
  return tiles;
}

bool takes_winograd(const Spec& spec) {
  const auto& shape = spec.shape;
  constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;
  return plain3(shape.height) && plain3(shape.width) && shape.groups == 1 && shape.in_channels >= 16 &&
         spec.dtype != DType::int16 && !spec.weights.is_unsigned && spec.weights.zero == 0 &&
         shape.in_pixels() <= kMostPixels && shape.out_pixels() <= kMostPixels;
}

int choose_winograd_tile(const Spec& spec) {
  if (!takes_winograd(spec) || !is_worth_points(spec.engine)) return 0;
  int best = 0;
  double least = cost_as_written(spec);
  for (const int tile : {3, 4})
    if (const double cost = cost_by_tiles(spec.shape, tile); cost < least) {
      least = cost;
      best = tile;
    }
  return best;
}

}  // namespace diolkos::kernels::integer
