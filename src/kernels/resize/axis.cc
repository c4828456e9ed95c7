#include <algorithm>
#include <cmath>

#include "kernels/resize/resize.h"

namespace diolkos::kernels::resize {
namespace {

double coordinate(std::int64_t at, const Axis& axis, double scale, Coordinates coordinates) {
  const auto i = static_cast<double>(at);
  switch (coordinates) {
    case Coordinates::half_pixel: return (i + 0.5) / scale - 0.5;
    case Coordinates::pytorch_half_pixel: return axis.output > 1 ? (i + 0.5) / scale - 0.5 : 0;
    case Coordinates::align_corners:
      return axis.output > 1 ? i * static_cast<double>(axis.input - 1) / static_cast<double>(axis.output - 1) : 0;
    case Coordinates::asymmetric: return i / scale;
  }
  return 0;
}

double rounded(double x, Nearest nearest) {
  switch (nearest) {
    case Nearest::round_prefer_floor: return std::ceil(x - 0.5);
    case Nearest::round_prefer_ceil: return std::floor(x + 0.5);
    case Nearest::floor: return std::floor(x);
    case Nearest::ceil: return std::ceil(x);
  }
  return x;
}

template <class Place>
Axis make_axis(std::int64_t input, std::int64_t output, Place place) {
  Axis axis{input, output, {}, {}, {}};
  for (std::int64_t i = 0; i < output; ++i) {
    const double x = std::clamp(place(i, axis), 0.0, static_cast<double>(input - 1));
    const auto low = static_cast<std::int32_t>(std::floor(x));
    axis.low.push_back(low);
    axis.high.push_back(static_cast<std::int32_t>(std::min<std::int64_t>(low + 1, input - 1)));
    axis.fraction.push_back(static_cast<float>(x - low));
  }
  return axis;
}

}  // namespace

Axis linear_axis(std::int64_t input, std::int64_t output, double scale, Coordinates coordinates) {
  return make_axis(input, output, [&](std::int64_t i, const Axis& axis) {
    return coordinate(i, axis, scale, coordinates);
  });
}

Axis nearest_axis(std::int64_t input, std::int64_t output, double scale, Coordinates coordinates, Nearest nearest) {
  return make_axis(input, output, [&](std::int64_t i, const Axis& axis) {
    return rounded(coordinate(i, axis, scale, coordinates), nearest);
  });
}

}  // namespace diolkos::kernels::resize
