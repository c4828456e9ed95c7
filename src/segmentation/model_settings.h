// How a network's images and answers are meant: what its file's metadata says, and what holds where that is silent.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/tensor.h"
#include "segmentation/classes.h"
#include "segmentation/normalization.h"
#include "segmentation/postprocess.h"

namespace diolkos::segmentation {

// Channels of scores in an output; 0 where the network gives classes.
int score_channels(DType dtype, const Shape& output);

// The file's, or ImageNet's.
Result<Normalization> normalization_of(const Metadata& metadata);

// The file's; VOC's for 21 channels and for a network that gives classes; background and foreground for one channel;
// none otherwise.
Result<ClassNames> class_names_of(const Metadata& metadata, int channels);

struct MaskRequest {
  std::optional<int> class_index;   // absent: each pixel's likeliest class
  std::optional<double> threshold;  // absent: the one that was carried over from the float network, or 0.5
  bool raw = false;
};
Result<PostprocessOptions> postprocess_options(const Metadata& metadata, const MaskRequest& request);

}  // namespace diolkos::segmentation
