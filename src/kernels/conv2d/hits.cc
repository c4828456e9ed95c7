#include "kernels/conv2d/hits.h"

namespace diolkos::kernels::conv2d {

Hits hits_of(const Axis& axis, std::int64_t tap) {
  const auto steps_to = [&](std::int64_t reach) { return reach <= 0 ? 0 : (reach + axis.stride - 1) / axis.stride; };
  const std::int64_t before = axis.pad - tap * axis.dilation;
  return {steps_to(before), std::min(axis.output, steps_to(before + axis.input))};
}

std::int64_t all_hits(const Axis& axis) {
  std::int64_t all = 0;
  for (std::int64_t tap = 0; tap < axis.kernel; ++tap) all += hits_of(axis, tap).count();
  return all;
}

}  // namespace diolkos::kernels::conv2d
