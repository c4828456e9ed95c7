#include <algorithm>
#include <cmath>

#include "kernels/resize/resize.h"

namespace diolkos::kernels::resize {

Axis linear_axis(std::int64_t input, std::span<const double> coordinates) {
  Axis axis{input, static_cast<std::int64_t>(coordinates.size()), {}, {}, {}};
  for (const double coordinate : coordinates) {
    const double x = std::clamp(coordinate, 0.0, static_cast<double>(input - 1));
    const auto low = static_cast<std::int32_t>(std::floor(x));
    axis.low.push_back(low);
    axis.high.push_back(static_cast<std::int32_t>(std::min<std::int64_t>(low + 1, input - 1)));
    axis.fraction.push_back(static_cast<float>(x - low));
  }
  return axis;
}

Axis nearest_axis(std::int64_t input, std::span<const std::int64_t> pixels) {
  Axis axis{input, static_cast<std::int64_t>(pixels.size()), {}, {}, {}};
  axis.low.assign(pixels.begin(), pixels.end());
  axis.high = axis.low;
  axis.fraction.assign(pixels.size(), 0.0f);
  return axis;
}

}  // namespace diolkos::kernels::resize
