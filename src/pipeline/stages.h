// The stages between source and sink, each on its own: call them in order on a frame's Work, from one thread or from
// one thread each.
#pragma once

#include "base/result.h"
#include "pipeline/network.h"
#include "pipeline/work.h"
#include "segmentation/draw.h"
#include "segmentation/palette.h"
#include "segmentation/postprocess.h"
#include "segmentation/preprocess.h"

namespace diolkos::pipeline {

struct StageOptions {
  segmentation::PreprocessOptions preprocess = {};
  segmentation::PostprocessOptions postprocess = {};
  segmentation::Drawing drawing = segmentation::Drawing::overlay;
  segmentation::Palette palette = segmentation::voc_palette();
  double alpha = 0.5;
};

class Stages {
 public:
  // Errors: an input or an output of the network that is none of an image segmentation, options that do not suit.
  static Result<Stages> create(Network& network, const StageOptions& options);

  const StageOptions& options() const { return options_; }
  Result<Work> make_work() const;  // with the network's tensors

  // Each takes its time into work.times.
  Status preprocess(Work& work);
  Status infer(Work& work);
  Status postprocess(Work& work);
  // Overlays change the frame; masks and labels go into work.picture.
  void draw(Work& work);
  const segmentation::Image& picture(const Work& work) const;

 private:
  Stages(Network& network, const StageOptions& options, segmentation::Preprocessor preprocessor,
         segmentation::Postprocessor postprocessor);

  Network* network_;
  StageOptions options_;
  segmentation::Preprocessor preprocessor_;
  segmentation::Postprocessor postprocessor_;
};

}  // namespace diolkos::pipeline
