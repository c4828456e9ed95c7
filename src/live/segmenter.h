// Pre-processing, network and post-processing of one frame, each to be called from a thread of its own.
#pragma once

#include <array>
#include <memory>

#include "live/frame.h"
#include "live/pool.h"
#include "pipeline/network.h"
#include "segmentation/preprocess.h"

namespace diolkos::live {

// A network, with what goes before and after it.
struct Candidate {
  pipeline::Network* network = nullptr;
  segmentation::PreprocessOptions preprocess;
  segmentation::PostprocessOptions postprocess;  // until the settings' class or threshold is changed
};

class Segmenter {
 public:
  // `start` are the settings that candidate.postprocess stands for; with `raw` later thresholds are of raw scores.
  // Errors: an input or an output of the network that is none of an image segmentation, settings that do not suit.
  static Result<std::unique_ptr<Segmenter>> create(const Candidate& candidate, const Settings& start, bool raw);

  // Tensors are lent to the passage, and taken back when they are used up; one that goes no further must be given back.
  Status preprocess(const segmentation::Image& image, Passage& passage);
  Status infer(Passage& passage);
  Status postprocess(Passage& passage, const Settings& settings, segmentation::Segmentation& segmentation);
  void give_back(Passage& passage);
  void close();  // whoever waits for a tensor fails

 private:
  Segmenter(const Candidate& candidate, segmentation::Preprocessor preprocessor,
            segmentation::Postprocessor postprocessor, const Settings& start, bool raw);
  Status follow(const Settings& settings);

  // One in the stage before, one waiting, one in the stage after.
  static constexpr std::size_t kTensors = 3;

  const Candidate candidate_;
  segmentation::Preprocessor preprocessor_;
  segmentation::Postprocessor postprocessor_;
  const Settings start_;
  Settings settings_;
  const bool raw_;
  std::array<Tensor, kTensors> inputs_, outputs_;
  Pool<Tensor> free_inputs_, free_outputs_;
};

}  // namespace diolkos::live
