// Which outputs of an axis a tap contributes to.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels::conv2d {

struct Hits {
  std::int64_t begin = 0;
  std::int64_t end = 0;  // none where end <= begin

  std::int64_t count() const { return std::max<std::int64_t>(0, end - begin); }
};

// Outputs whose tap `tap` falls inside the input.
Hits hits_of(const Axis& axis, std::int64_t tap);

// Pairs of an output and a tap that falls inside the input.
std::int64_t all_hits(const Axis& axis);

}  // namespace diolkos::kernels::conv2d
