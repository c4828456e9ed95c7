// One frame on its way through the stages, with all its buffers: they are used again for a later frame.
#pragma once

#include "base/tensor.h"
#include "pipeline/stage.h"
#include "segmentation/postprocess.h"
#include "segmentation/share.h"
#include "video/frame.h"

namespace diolkos::pipeline {

struct Work {
  video::Frame frame;
  segmentation::Geometry geometry;
  Tensor input;  // the network's
  Tensor output;
  segmentation::Segmentation segmentation;
  segmentation::Shares shares;
  segmentation::Image picture;  // what is shown, where that is not the frame itself
  StageTimes times;
};

}  // namespace diolkos::pipeline
