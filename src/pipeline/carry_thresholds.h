// From a float network to a quantized one: the thresholds under which its masks agree best, on sample images.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "graph/graph.h"
#include "segmentation/class_threshold.h"

namespace diolkos::pipeline {

// The next sample's input tensors; nullopt at the end.
using Samples = std::function<Result<std::optional<std::vector<Tensor>>>()>;
using OpenSamples = std::function<Result<Samples>()>;  // from the first sample on

class ThresholdCarrier {
 public:
  // `probability` (0.5 to 1): at which the float network's mask is taken.
  ThresholdCarrier(graph::Graph exact, OpenSamples open, double probability, int threads);

  // Whether the network's answer is one of scores, from which a threshold can be carried.
  bool applies() const;
  // Runs the float network. Whoever is short of memory does so before the quantized network is there.
  Status look();
  // `rounded` is the quantized network with float ends. Looks first where that has not been done.
  Result<std::vector<segmentation::ClassThreshold>> carry(graph::Graph rounded);

 private:
  graph::Graph exact_;
  OpenSamples open_;
  double probability_;
  int threads_;
  bool probabilities_ = false;
  std::vector<std::vector<std::uint8_t>> found_;  // classes, by sample
};

}  // namespace diolkos::pipeline
