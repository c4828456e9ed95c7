// Where the frame's pixels lie in a grid of scores, along one axis: half-pixel centres, edges repeated.
#pragma once

#include <cstddef>
#include <vector>

namespace diolkos::segmentation {

// `origin` and `extent`: the part of the grid, in its pixels, that the outputs cover evenly. Grid pixels whose centre
// lies outside of that part (padding) are not read.
class Axis {
 public:
  void set(int outputs, int grid, double origin, double extent);

  int outputs() const { return static_cast<int>(low_.size()); }
  int grid() const { return static_cast<int>(first_.size()) - 1; }

  // Output i is (1 - weight) * grid[low] + weight * grid[high], where high is low or low + 1.
  int low(int i) const { return low_[static_cast<std::size_t>(i)]; }
  int high(int i) const { return high_[static_cast<std::size_t>(i)]; }
  float weight(int i) const { return weight_[static_cast<std::size_t>(i)]; }
  int nearest(int i) const { return nearest_[static_cast<std::size_t>(i)]; }
  // The first output whose low is at least `cell`, for cells 0 to grid().
  int first(int cell) const { return first_[static_cast<std::size_t>(cell)]; }

 private:
  std::vector<int> low_, high_, nearest_, first_;
  std::vector<float> weight_;
};

}  // namespace diolkos::segmentation
