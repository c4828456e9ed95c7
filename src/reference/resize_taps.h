// Resize along one axis as sparse rows: which input pixels make an output pixel, with which weights.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/resize_parameters.h"

namespace diolkos::reference {

struct ResizeTaps {
  int count = 0;                     // taps of each output
  std::vector<std::int64_t> pixels;  // [output][tap], inside the input
  std::vector<double> weights;       // [output][tap]
  std::vector<bool> outside;         // [output]: tf_crop_and_resize puts the extrapolation value there
};

ResizeTaps resize_taps(const graph::ResizeParameters& resize, const graph::ResizeAxis& axis);

}  // namespace diolkos::reference
