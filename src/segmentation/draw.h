// What is shown of a segmentation.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "segmentation/image.h"
#include "segmentation/palette.h"
#include "segmentation/postprocess.h"

namespace diolkos::segmentation {

enum class Drawing {
  overlay,  // the frame, classes tinted in their palette colours
  mask,     // 255 where there is something, 0 elsewhere
  labels,   // class indices; with a mask of class k: k and 0
};

inline constexpr std::array<std::string_view, 3> kDrawingNames = {"overlay", "mask", "labels"};
std::string_view name_of(Drawing drawing);
std::optional<Drawing> drawing_named(std::string_view name);

// Tints the pixels of every class but 0 (with a mask: of the mask) by `alpha` in 0 to 1, to 1/256. `frame` is BGR and
// of the segmentation's size.
void draw_overlay(const Segmentation& segmentation, const Palette& palette, double alpha, Image& frame);

void draw_mask(const Segmentation& segmentation, Image& mask);
void draw_labels(const Segmentation& segmentation, Image& labels);

}  // namespace diolkos::segmentation
