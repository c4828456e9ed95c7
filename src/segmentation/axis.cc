#include "segmentation/axis.h"

#include <algorithm>
#include <cmath>

namespace diolkos::segmentation {

void Axis::set(int outputs, int grid, double origin, double extent) {
  const auto count = static_cast<std::size_t>(outputs);
  low_.resize(count);
  high_.resize(count);
  nearest_.resize(count);
  weight_.resize(count);
  first_.resize(static_cast<std::size_t>(grid) + 1);

  const int lowest = std::clamp(static_cast<int>(std::ceil(origin - 0.5)), 0, grid - 1);
  const int highest = std::clamp(static_cast<int>(std::ceil(origin + extent - 0.5)) - 1, lowest, grid - 1);
  const double scale = extent / outputs;
  for (std::size_t i = 0; i < count; ++i) {
    const double centre = (static_cast<double>(i) + 0.5) * scale + origin;
    const double position = std::clamp(centre - 0.5, static_cast<double>(lowest), static_cast<double>(highest));
    low_[i] = static_cast<int>(position);
    high_[i] = std::min(low_[i] + 1, highest);
    weight_[i] = static_cast<float>(position - low_[i]);
    nearest_[i] = std::clamp(static_cast<int>(std::floor(centre)), lowest, highest);
  }
  int output = 0;
  for (int cell = 0; cell <= grid; ++cell) {
    while (output < outputs && low_[static_cast<std::size_t>(output)] < cell) ++output;
    first_[static_cast<std::size_t>(cell)] = output;
  }
}

}  // namespace diolkos::segmentation
