#include "kernels/conv2d/winograd_tiles.h"

#include <algorithm>

#include "kernels/layout/blocked.h"
#include "kernels/winograd/transform.h"

namespace diolkos::kernels::conv2d {
namespace {

// Tiles of `outputs` that cover one axis, over all its phases.
std::int64_t tiles_along(const Axis& axis, int outputs) {
  std::int64_t tiles = 0;
  for (std::int64_t phase = 0; phase < axis.dilation && phase < axis.output; ++phase)
    tiles += ((axis.output - phase + axis.dilation - 1) / axis.dilation + outputs - 1) / outputs;
  return tiles;
}

std::int64_t taps_that_hit(const Axis& axis) {
  std::int64_t hits = 0;
  for (std::int64_t tap = 0; tap < axis.kernel; ++tap)
    for (std::int64_t at = 0; at < axis.output; ++at) {
      const std::int64_t source = at - axis.pad + tap * axis.dilation;
      hits += source >= 0 && source < axis.input ? 1 : 0;
    }
  return hits;
}

// Estimates in cycles of one thread: vectors of 16 multiply-adds each; a transform does some eight operations an
// element of its tile; weights are more than caches hold and come at five bytes a cycle for all threads together.
constexpr double kLanes = 16;
constexpr double kTransformCost = 8;
constexpr double kBytesPerCycle = 5;
// One layer's weights may not take more: the largest of FCN-ResNet50 would, at 7 times their own size.
constexpr double kMostWeightBytes = 96e6;

double direct_cycles(const Spec& spec) {
  const Shape& shape = spec.shape;
  const auto weights = static_cast<double>(shape.in_channels * shape.out_channels);
  const auto hits = static_cast<double>(taps_that_hit(shape.height) * taps_that_hit(shape.width));
  const bool dots = tile::dots(spec.isa, spec.storage) != nullptr;
  return hits * weights / (dots ? 2 * kLanes : kLanes) / spec.threads +
         9 * weights * tile::size_of(spec.storage) / kBytesPerCycle;
}

double weight_bytes(const Shape& shape, int outputs) {
  const std::int64_t blocks = blocks_of(shape.in_channels) * blocks_of(shape.out_channels);
  return static_cast<double>((outputs + 2) * (outputs + 2) * blocks * kBlock * kBlock) * sizeof(float);
}

double winograd_cycles(const Spec& spec, int outputs) {
  const Shape& shape = spec.shape;
  const double products = (outputs + 2) * (outputs + 2);
  const auto tiles = static_cast<double>(tiles_along(shape.height, outputs) * tiles_along(shape.width, outputs));
  const auto in = static_cast<double>(blocks_of(shape.in_channels) * kBlock);
  const auto out = static_cast<double>(blocks_of(shape.out_channels) * kBlock);
  const double compute = products * tiles * (in * out + kTransformCost * (in + out)) / kLanes / spec.threads;
  const double stored = spec.storage == tile::Storage::float16 ? 0.5 : 1;
  return compute + stored * weight_bytes(shape, outputs) / kBytesPerCycle;
}

}  // namespace

bool winograd_fits(const Shape& shape) {
  constexpr std::int64_t kMostPixels = std::int64_t{1} << 22;  // transformed, with offsets of 32 bits
  if (shape.out_pixels() > kMostPixels) return false;
  return shape.height.kernel == 3 && shape.width.kernel == 3 && shape.height.stride == 1 && shape.width.stride == 1 &&
         shape.height.dilation == shape.width.dilation && shape.groups == 1 && shape.in_channels >= kBlock &&
         shape.out_channels >= kBlock;
}

std::vector<TileOrigin> list_tiles(const Shape& shape, int outputs) {
  const std::int64_t dilation = shape.height.dilation;
  const std::int64_t step = outputs * dilation;
  std::vector<TileOrigin> tiles;
  for (std::int64_t down = 0; down < dilation && down < shape.height.output; ++down)
    for (std::int64_t across = 0; across < dilation && across < shape.width.output; ++across)
      for (std::int64_t row = down; row < shape.height.output; row += step)
        for (std::int64_t column = across; column < shape.width.output; column += step)
          tiles.push_back({static_cast<std::int32_t>(row), static_cast<std::int32_t>(column)});
  return tiles;
}

std::vector<Estimate> estimate_methods(const Spec& spec) {
  std::vector<Estimate> methods{{0, direct_cycles(spec)}};
  for (const int outputs : winograd::kOutputs)
    if (outputs <= 4 || weight_bytes(spec.shape, outputs) <= kMostWeightBytes)
      methods.push_back({outputs, winograd_cycles(spec, outputs)});
  std::stable_sort(methods.begin(), methods.end(), [](const Estimate& a, const Estimate& b) { return a.cycles < b.cycles; });
  return methods;
}

int best_winograd(const Spec& spec) { return estimate_methods(spec).front().outputs; }

std::int64_t spread_plane(std::int64_t floats) {
  constexpr std::int64_t kLine = 16;
  constexpr std::int64_t kSets = 64;
  constexpr std::int64_t kApart = 16;
  std::int64_t lines = (floats + kLine - 1) / kLine;
  while (lines % kSets != kApart && lines % kSets != kSets - kApart) ++lines;
  return lines * kLine;
}

}  // namespace diolkos::kernels::conv2d
