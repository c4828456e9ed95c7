// Pre-processing, network and post-processing of one frame.
#pragma once

#include <memory>
#include <vector>

#include "live/frame.h"
#include "live/pool.h"
#include "pipeline/network.h"
#include "segmentation/preprocess.h"

namespace diolkos::live {

// A network, with what goes before and after it.
struct Candidate {
  std::vector<pipeline::Network*> streams;  // the network, once for each frame that it computes at a time
  segmentation::PreprocessOptions preprocess;
  segmentation::PostprocessOptions postprocess;  // until the settings' class or threshold is changed
};

class Segmenter {
 public:
  // `start` are the settings that candidate.postprocess stands for; with `raw` later thresholds are of raw scores.
  // Errors: an input or an output of the network that is none of an image segmentation, settings that do not suit.
  static Result<std::unique_ptr<Segmenter>> create(const Candidate& candidate, const Settings& start, bool raw);

  // Each stage is for a thread of its own, infer() for one a stream. Tensors are lent to the passage, and taken back
  // when they are used up; one that goes no further must be given back.
  Status preprocess(const segmentation::Image& image, Passage& passage);
  Status infer(Passage& passage, std::size_t stream);
  Status postprocess(Passage& passage, const Settings& settings, segmentation::Segmentation& segmentation);
  void give_back(Passage& passage);
  void close();  // whoever waits for a tensor fails

 private:
  Segmenter(const Candidate& candidate, segmentation::Preprocessor preprocessor,
            segmentation::Postprocessor postprocessor, const Settings& start, bool raw);
  Status follow(const Settings& settings);

  const Candidate candidate_;
  segmentation::Preprocessor preprocessor_;
  segmentation::Postprocessor postprocessor_;
  const Settings start_;
  Settings settings_;
  const bool raw_;
  std::vector<Tensor> inputs_, outputs_;
  Pool<Tensor> free_inputs_, free_outputs_;
};

}  // namespace diolkos::live
