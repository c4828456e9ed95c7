// The three heads that turn features into scores of classes.
#pragma once

#include <array>
#include <cstdint>

#include "models/layers.h"
#include "models/state_view.h"

namespace diolkos::models {

struct FcnHeadSpec {
  std::int64_t inner = 0;
  std::int64_t classes = 0;
};
FcnHeadSpec read_fcn_head(const StateView& view);
Feature build_fcn_head(Layers& layers, const FcnHeadSpec& spec, const Feature& x);

// Five branches (1x1, 3x3 dilated by 12, 24 and 36, the image's mean), their projection, a 3x3 convolution, scores.
struct DeepLabHeadSpec {
  std::array<std::int64_t, 5> branches{};
  std::int64_t projected = 0;
  std::int64_t inner = 0;
  std::int64_t classes = 0;
};
DeepLabHeadSpec read_deeplab_head(const StateView& view);
Feature build_deeplab_head(Layers& layers, const DeepLabHeadSpec& spec, const Feature& x);

struct LrasppHeadSpec {
  std::int64_t inner = 0;
  std::int64_t classes = 0;
};
LrasppHeadSpec read_lraspp_head(const StateView& view);
Feature build_lraspp_head(Layers& layers, const LrasppHeadSpec& spec, const Feature& low, const Feature& high);

}  // namespace diolkos::models
