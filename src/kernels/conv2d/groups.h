// Grouped convolutions on blocks of 16 channels: neighbouring groups are merged until a merged group begins and ends
// on a block (or all are one), with zero weights between the groups that were merged.
#pragma once

#include <cstdint>

#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels::conv2d {

struct MergedGroups {
  std::int64_t count = 1;         // merged groups
  std::int64_t in_channels = 1;   // of one
  std::int64_t out_channels = 1;  // of one

  explicit MergedGroups(const Shape& shape);
};

// Some filters of one merged group.
struct FilterRange {
  const Spec& spec;
  const MergedGroups& merged;
  std::int64_t group;
  std::int64_t first;  // counted inside the merged group
  std::int64_t count;

  // The weights of filter `first + index` at `tap` for `inputs` inputs of the merged group from `in`: to[0],
  // to[stride], … Those between the groups that were merged, and beyond the channels, are left as they are: zero.
  void copy_inputs(std::int64_t index, std::int64_t in, std::int64_t inputs, std::int64_t tap, float* to,
                   std::int64_t stride) const;
};

float bias_of(const Spec& spec, std::int64_t out);  // 0 where there is none, and beyond the channels

}  // namespace diolkos::kernels::conv2d
