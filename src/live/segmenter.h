// Pre-processing, network and post-processing of one frame, each to be called from a thread of its own.
#pragma once

#include "live/frame.h"
#include "live/pool.h"
#include "pipeline/network.h"
#include "segmentation/preprocess.h"

namespace diolkos::live {

class Segmenter {
 public:
  // Errors: an input or an output of the network that is none of an image segmentation, settings that do not suit.
  static Result<std::unique_ptr<Segmenter>> create(pipeline::Network& network,
                                                   const segmentation::PreprocessOptions& preprocess,
                                                   const Settings& settings, bool raw);

  // The first two take their time into frame.times. Tensors are lent to the frame, and taken back when they are used up; a frame
  // that goes no further must be given back.
  Status preprocess(Frame& frame);
  Status infer(Frame& frame);
  Status postprocess(Frame& frame, const Settings& settings);
  void give_back(Frame& frame);
  void close();  // whoever waits for a tensor fails

 private:
  Segmenter(pipeline::Network& network, segmentation::Preprocessor preprocessor,
            segmentation::Postprocessor postprocessor, const Settings& settings, bool raw);
  Status follow(const Settings& settings);

  // One in the stage before, one waiting, one in the stage after.
  static constexpr std::size_t kTensors = 3;

  pipeline::Network& network_;
  segmentation::Preprocessor preprocessor_;
  segmentation::Postprocessor postprocessor_;
  Settings settings_;
  bool raw_;
  std::array<Tensor, kTensors> inputs_, outputs_;
  Pool<Tensor> free_inputs_, free_outputs_;
};

// What post-processing makes of the settings.
segmentation::PostprocessOptions to_postprocess(const Settings& settings, bool raw);

}  // namespace diolkos::live
