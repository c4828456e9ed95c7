// How much of an image each class covers.
#pragma once

#include <array>
#include <cstdint>

#include "segmentation/postprocess.h"

namespace diolkos::segmentation {

struct Shares {
  std::array<std::int64_t, 256> pixels{};  // by class; with a mask: of its class, and the rest under class 0
  std::int64_t total = 0;

  double of(int index) const {
    return total == 0 ? 0.0 : static_cast<double>(pixels[static_cast<std::size_t>(index)]) / static_cast<double>(total);
  }
};

// Of the whole frame, what the network has not seen included.
Shares shares_of(const Segmentation& segmentation);

}  // namespace diolkos::segmentation
