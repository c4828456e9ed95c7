// Resize with every default resolved: one entry an axis of the input. Serves shape inference, the reference operator
// and the runtime's planner.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::graph {

enum class ResizeMode { nearest, linear, cubic };
enum class ResizeCoordinates {
  half_pixel,
  half_pixel_symmetric,
  pytorch_half_pixel,
  align_corners,
  asymmetric,
  tf_crop_and_resize,
};
enum class ResizeNearest { round_prefer_floor, round_prefer_ceil, floor, ceil };

struct ResizeAxis {
  std::int64_t input = 1;
  std::int64_t output = 1;
  double length = 1;     // output before it was rounded down: input * scale where scales are given
  double roi_start = 0;  // of tf_crop_and_resize, in [0, 1] of the input
  double roi_end = 1;

  double scale() const { return length / static_cast<double>(input); }
  // Nothing moves along this axis (cropping apart).
  bool identity() const { return input == output && length == static_cast<double>(output); }
};

struct ResizeParameters {
  ResizeMode mode = ResizeMode::nearest;
  ResizeCoordinates coordinates = ResizeCoordinates::half_pixel;
  ResizeNearest nearest = ResizeNearest::round_prefer_floor;
  float cubic_coefficient = -0.75f;
  float extrapolation = 0.0f;
  bool exclude_outside = false;
  bool antialias = false;
  std::vector<ResizeAxis> axes;
};

// `scales` and `sizes` (and `roi` for tf_crop_and_resize) must be constant.
Result<ResizeParameters> resolve_resize(const Graph& graph, const Node& node);

// Where output `index` lies in the input's coordinates: whole numbers are centres of pixels.
double source_coordinate(const ResizeAxis& axis, ResizeCoordinates coordinates, std::int64_t index);
// The pixel that nearest takes, inside the input.
std::int64_t nearest_pixel(double coordinate, ResizeNearest mode, std::int64_t input);

}  // namespace diolkos::graph
