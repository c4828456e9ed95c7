#include "kernels/conv2d/groups.h"

#include <algorithm>

#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {

MergedGroups::MergedGroups(const Shape& shape) {
  std::int64_t merge = 1;
  const auto fits = [&] {
    return shape.groups % merge == 0 && merge * shape.in_channels_of_group() % kBlock == 0 &&
           merge * shape.out_channels_of_group() % kBlock == 0;
  };
  while (merge < shape.groups && !fits()) ++merge;
  count = shape.groups / merge;
  in_channels = merge * shape.in_channels_of_group();
  out_channels = merge * shape.out_channels_of_group();
}

void FilterRange::copy_inputs(std::int64_t index, std::int64_t in, std::int64_t inputs, std::int64_t tap, float* to,
                              std::int64_t stride) const {
  const Shape& shape = spec.shape;
  const std::int64_t taps = shape.height.kernel * shape.width.kernel;
  const std::int64_t own_inputs = shape.in_channels_of_group();
  const std::int64_t own_begin = (first + index) / shape.out_channels_of_group() * own_inputs;
  const std::int64_t filter = group * merged.out_channels + first + index;
  const float* from = spec.weights.data() + (filter * own_inputs - own_begin) * taps + tap;
  const std::int64_t begin = std::max(in, own_begin);
  const std::int64_t end = std::min(in + inputs, own_begin + own_inputs);
  for (std::int64_t c = begin; c < end; ++c) to[(c - in) * stride] = from[c * taps];
}

float bias_of(const Spec& spec, std::int64_t out) {
  return static_cast<std::size_t>(out) < spec.bias.size() ? spec.bias[static_cast<std::size_t>(out)] : 0;
}

}  // namespace diolkos::kernels::conv2d
