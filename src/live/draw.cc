#include "live/draw.h"

#include "live/quarters.h"
#include "segmentation/draw.h"

namespace diolkos::live {
namespace {

bool has(const WantedViews& wanted, View view) { return wanted[static_cast<std::size_t>(view)]; }

segmentation::Image& of(Frame& frame, View view) { return frame.pictures[static_cast<std::size_t>(view)]; }

}  // namespace

void draw(const WantedViews& wanted, const segmentation::Palette& palette, Frame& frame) {
  frame.drawn = wanted;
  const bool compare = has(wanted, View::compare);
  if (has(wanted, View::mask)) segmentation::draw_mask(frame.segmentation, of(frame, View::mask));
  if (has(wanted, View::versus) || compare) {
    of(frame, View::versus) = frame.captured.image;
    segmentation::draw_overlay(frame.versus.segmentation, palette, frame.settings.alpha, of(frame, View::versus));
  }
  if (has(wanted, View::heat) || compare) draw_heat(frame.versus.heat, frame.captured.image, of(frame, View::heat));
  if (has(wanted, View::overlay) || compare) {
    if (has(wanted, View::original) || compare)
      of(frame, View::overlay) = frame.captured.image;
    else
      std::swap(of(frame, View::overlay), frame.captured.image);
    segmentation::draw_overlay(frame.segmentation, palette, frame.settings.alpha, of(frame, View::overlay));
  }
  if (compare)
    draw_quarters({&of(frame, View::overlay), &of(frame, View::versus), &of(frame, View::heat), &frame.captured.image},
                  of(frame, View::compare));
}

}  // namespace diolkos::live
