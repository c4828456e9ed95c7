// MobileNetV3-Large as segmentation uses it: the last stage dilated, so that the features have a sixteenth of the
// image's height and width.
#pragma once

#include <array>
#include <cstdint>

#include "models/layers.h"
#include "models/state_view.h"

namespace diolkos::models {

struct MobileNetV3Spec {
  static constexpr std::size_t kBlocks = 15;

  struct Block {
    bool expands = true;        // a 1x1 convolution comes first
    std::int64_t expanded = 0;  // channels of the depthwise convolution
    std::int64_t kernel = 3;    // of the depthwise convolution
    std::int64_t squeezed = 0;  // inner channels of squeeze and excitation; 0: there is none
    std::int64_t out = 0;
  };
  std::int64_t stem = 0;
  std::array<Block, kBlocks> blocks;
  std::int64_t last = 0;
};

MobileNetV3Spec read_mobilenet_v3(const StateView& view);
MobileNetV3Spec standard_mobilenet_v3();

struct MobileNetV3Features {
  Feature low;   // an eighth of the image: the second strided block, "C2"
  Feature high;  // a sixteenth: the last convolution
};
MobileNetV3Features build_mobilenet_v3(Layers& layers, const MobileNetV3Spec& spec, const Feature& image);

}  // namespace diolkos::models
