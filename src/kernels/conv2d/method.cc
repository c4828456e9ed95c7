#include "kernels/conv2d/method.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/conv2d/direct.h"
#include "kernels/conv2d/hits.h"
#include "kernels/conv2d/winograd_tiles.h"
#include "kernels/layout/blocked.h"
#include "kernels/winograd/transform.h"

namespace diolkos::kernels::conv2d {
namespace {

// Vectors of 16 multiply-adds; a transform does some eight operations an element of its tile; weights are more than
// caches hold and come at five bytes a cycle for all threads together.
constexpr double kLanes = 16;
constexpr double kTransformCost = 8;
constexpr double kBytesPerCycle = 5;
// One layer's weights may not take more: the largest of FCN-ResNet50 would, at 7 times their own size.
constexpr double kMostWeightBytes = 96e6;

double direct_cycles(const Spec& spec, double lanes, double bytes_of_weight) {
  const Shape& shape = spec.shape;
  const auto filters = static_cast<double>(shape.in_channels_of_group() * shape.out_channels);
  const auto hits = static_cast<double>(all_hits(shape.height) * all_hits(shape.width));
  const auto taps = static_cast<double>(shape.height.kernel * shape.width.kernel);
  return hits * filters / lanes / spec.threads + taps * filters * bytes_of_weight / kBytesPerCycle;
}

double winograd_bytes(const Shape& shape, int outputs) {
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
  return compute + stored * winograd_bytes(shape, outputs) / kBytesPerCycle;
}

// Of a vector unit's 16 multiply-adds, how many at a time.
double lanes_of(const tile::Dots* dots) {
  if (dots == nullptr) return kLanes;
  if (dots->layout.depth == kBlock) return 2 * kLanes;
  return dots->split ? 2 * kLanes : 6 * kLanes;
}

}  // namespace

std::string name_of(Method method) {
  return method == kDirect ? "direct" : method == kSplit ? "split" : fmt::format("F({},3)", method);
}

std::vector<Estimate> estimate_methods(const Spec& spec) {
  const double stored = static_cast<double>(tile::size_of(spec.storage));
  std::vector<Estimate> methods{{kDirect, direct_cycles(spec, lanes_of(direct_dots(spec)), stored)}};
  if (const tile::Dots* const dots = split_dots(spec))
    methods.push_back({kSplit, direct_cycles(spec, lanes_of(dots), sizeof(float))});
  if (spec.winograd && !spec.late_bias && winograd_fits(spec.shape))
    for (const int outputs : winograd::kOutputs)
      if (outputs <= 4 || winograd_bytes(spec.shape, outputs) <= kMostWeightBytes)
        methods.push_back({outputs, winograd_cycles(spec, outputs)});
  std::stable_sort(methods.begin(), methods.end(),
                   [](const Estimate& a, const Estimate& b) { return a.cycles < b.cycles; });
  return methods;
}

}  // namespace diolkos::kernels::conv2d
