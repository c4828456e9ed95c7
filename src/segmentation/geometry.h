// How a frame lies in the network's input, and the way back. Coordinates are continuous: pixel i covers [i, i + 1).
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace diolkos::segmentation {

enum class Fit {
  crop,       // the largest centred rectangle of the input's aspect ratio; the frame's rest is not looked at
  letterbox,  // the whole frame, centred, its aspect ratio kept; the input's rest is padding
  stretch,    // the whole frame onto the whole input
};

inline constexpr std::array<std::string_view, 3> kFitNames = {"crop", "letterbox", "stretch"};
std::string_view name_of(Fit fit);
std::optional<Fit> fit_named(std::string_view name);

struct Size {
  int width = 0;
  int height = 0;
  bool operator==(const Size&) const = default;
};

struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const Rect&) const = default;
};

struct Point {
  double x = 0;
  double y = 0;
};

struct Geometry {
  Size frame;
  Size input;
  Rect frame_region;  // what the network sees of the frame
  Rect input_region;  // where it lies in the input

  Point to_input(Point in_frame) const;
  Point to_frame(Point in_input) const;
};

// Sizes of at least 1. Regions are whole pixels, never empty, and inside frame and input.
Geometry fit_frame(Size frame, Size input, Fit fit);

}  // namespace diolkos::segmentation
