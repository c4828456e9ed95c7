// Where two networks see different things in the same frame.
#pragma once

#include <cstdint>

#include "segmentation/image.h"
#include "segmentation/postprocess.h"

namespace diolkos::live {

// Of two maps of one frame. `thing` counts pixels that either of them takes for more than background.
struct Agreement {
  std::int64_t pixels = 0, same = 0;  // same: the same class, background included
  std::int64_t thing = 0, same_thing = 0;

  double share() const { return pixels == 0 ? 1.0 : static_cast<double>(same) / static_cast<double>(pixels); }
  // Intersection over union of what they see; 1 where neither sees anything. With a mask of one class: the masks' IoU.
  double iou() const { return thing == 0 ? 1.0 : static_cast<double>(same_thing) / static_cast<double>(thing); }
};

// Maps of the same size.
Agreement agreement_of(const segmentation::Image& first, const segmentation::Image& second);

// How much each pixel was disputed of late: a frame moves it a quarter of the way to 255 where the maps differ, to 0
// where they do not. Frames in order; another size starts anew.
class Heat {
 public:
  void run(const segmentation::Image& first, const segmentation::Image& second);
  const segmentation::Image& map() const { return map_; }  // gray

 private:
  segmentation::Image map_;
};

// The frame in gray, disputed pixels from red over yellow to white. `frame` is BGR, `picture` becomes it.
void draw_heat(const segmentation::Image& heat, const segmentation::Image& frame, segmentation::Image& picture);

}  // namespace diolkos::live
