// ResNets of bottleneck blocks as segmentation uses them: the last two stages dilated instead of strided, so that the
// features have an eighth of the image's height and width.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "models/layers.h"
#include "models/state_view.h"

namespace diolkos::models {

struct ResNetSpec {
  struct Block {
    std::int64_t conv1 = 0;  // outputs of the first 1x1 convolution
    std::int64_t conv2 = 0;  // outputs of the 3x3 convolution
  };
  struct Stage {
    std::vector<Block> blocks;
    std::int64_t out = 0;
  };
  std::int64_t stem = 0;
  std::int64_t groups = 1;  // of every 3x3 convolution (ResNeXt)
  std::array<Stage, 4> stages;
};

// An error where a block's widths cannot form the groups that the other blocks have.
Result<ResNetSpec> read_resnet(const StateView& view);
ResNetSpec standard_resnet(const std::array<int, 4>& blocks);  // torchvision's widths: 64, 256 to 2048
// "resnet50" by its counts of blocks, "resnet_2_2_2_2" for those that have no name.
std::string resnet_name(const ResNetSpec& spec);

Feature build_resnet(Layers& layers, const ResNetSpec& spec, const Feature& image);

}  // namespace diolkos::models
