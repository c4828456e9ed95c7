// Steadier masks over time: what flickers for a frame is not shown.
//
// A pixel of the background becomes a thing's when two frames in a row say so: something new is hidden for one frame at
// most. It becomes background again when three frames in a row say so. Between things it changes at once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "segmentation/postprocess.h"

namespace diolkos::segmentation {

class Smoother {
 public:
  // Frames in order. Another size or another mask's class starts anew.
  void run(Segmentation& segmentation);

 private:
  static constexpr std::uint8_t kToAppear = 2, kToVanish = 3;

  int width_ = 0, height_ = 0;
  std::optional<int> mask_of_;
  std::vector<std::uint8_t> shown_;
  std::vector<std::uint8_t> against_;  // how many frames in a row have said otherwise
};

}  // namespace diolkos::segmentation
