#include "live/draw.h"

#include "segmentation/draw.h"

namespace diolkos::live {
namespace {

bool has(const WantedViews& wanted, View view) { return wanted[static_cast<std::size_t>(view)]; }

segmentation::Image& of(Frame& frame, View view) { return frame.pictures[static_cast<std::size_t>(view)]; }

}  // namespace

void draw(const WantedViews& wanted, const segmentation::Palette& palette, Frame& frame) {
  frame.drawn = wanted;
  if (has(wanted, View::mask)) segmentation::draw_mask(frame.segmentation, of(frame, View::mask));
  if (!has(wanted, View::overlay)) return;
  if (has(wanted, View::original))
    of(frame, View::overlay) = frame.captured.image;
  else
    std::swap(of(frame, View::overlay), frame.captured.image);
  segmentation::draw_overlay(frame.segmentation, palette, frame.settings.alpha, of(frame, View::overlay));
}

}  // namespace diolkos::live
