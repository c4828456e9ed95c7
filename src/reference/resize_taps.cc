#include "reference/resize_taps.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace diolkos::reference {
namespace {

using graph::ResizeMode;

// Keys' kernel with parameter a, of support 2.
double cubic(double distance, double a) {
  const double x = std::fabs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}

double triangle(double distance) { return std::max(0.0, 1 - std::fabs(distance)); }

}  // namespace

ResizeTaps resize_taps(const graph::ResizeParameters& resize, const graph::ResizeAxis& axis) {
  ResizeTaps taps;
  const bool nearest = resize.mode == ResizeMode::nearest;
  const double support = resize.mode == ResizeMode::cubic ? 2 : 1;
  // Shrinking with antialias widens the kernel by 1/scale.
  const double squeeze = resize.antialias ? std::min(1.0, axis.scale()) : 1.0;
  const auto reach = static_cast<std::int64_t>(std::ceil(support / squeeze));
  taps.count = nearest ? 1 : static_cast<int>(2 * reach);
  for (std::int64_t i = 0; i < axis.output; ++i) {
    const double centre = graph::source_coordinate(axis, resize.coordinates, i);
    taps.outside.push_back(resize.coordinates == graph::ResizeCoordinates::tf_crop_and_resize &&
                           (centre < 0 || centre > static_cast<double>(axis.input - 1)));
    if (nearest) {
      taps.pixels.push_back(graph::nearest_pixel(centre, resize.nearest, axis.input));
      taps.weights.push_back(1);
      continue;
    }
    const std::size_t begin = taps.weights.size();
    const auto first = static_cast<std::int64_t>(std::floor(centre)) - reach + 1;
    for (std::int64_t pixel = first; pixel < first + 2 * reach; ++pixel) {
      const double distance = (static_cast<double>(pixel) - centre) * squeeze;
      const bool excluded = resize.exclude_outside && (pixel < 0 || pixel >= axis.input);
      const double weight = resize.mode == ResizeMode::cubic
                                ? cubic(distance, static_cast<double>(resize.cubic_coefficient))
                                : triangle(distance);
      taps.pixels.push_back(std::clamp<std::int64_t>(pixel, 0, axis.input - 1));
      taps.weights.push_back(excluded ? 0 : weight);
    }
    const double sum =
        std::accumulate(taps.weights.begin() + static_cast<std::ptrdiff_t>(begin), taps.weights.end(), 0.0);
    if (sum != 0)
      for (std::size_t k = begin; k < taps.weights.size(); ++k) taps.weights[k] /= sum;
  }
  return taps;
}

}  // namespace diolkos::reference
