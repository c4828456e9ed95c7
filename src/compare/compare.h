// Two networks on the same inputs: how far their outputs are apart, and where on the way they part. Values of the same
// name and shape are compared; integers count as what they stand for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "compare/metrics.h"
#include "graph/graph.h"

namespace diolkos::compare {

// The next sample's input tensors; nullopt at the end.
using Samples = std::function<Result<std::optional<std::vector<Tensor>>>()>;

struct CompareOptions {
  int threads = 0;
  double bad_below_db = 20;  // a layer under this SQNR is bad
  std::size_t most_proposals = 5;
  std::function<void(int samples)> progress;
};

struct Layer {
  std::string name;                 // of its value in both networks
  std::string op;                   // of the reference
  std::string precision;            // of the other: "int8", "fp32"
  ErrorSums errors;
  double lost_db = 0;               // SQNR of its least exact input (at most 60 dB) minus its own
};

struct OutputAgreement {
  std::string name;       // in the other network
  std::string reference;  // in the reference
  ErrorSums errors;       // of float outputs
  ClassAgreement classes;  // of outputs that are scores of classes, or classes
};

struct Comparison {
  int samples = 0;
  std::vector<Layer> layers;  // in the reference's order
  std::vector<OutputAgreement> outputs;
  std::optional<std::size_t> first_bad;  // of the layers
  std::vector<std::size_t> proposals;    // integer layers that lose most by themselves, the worst first

  double worst_share() const;  // of the float outputs; of integer ones the share of pixels that differ
};

// Both have float ends and inputs of the same shapes, in the same order. An output of `other` is compared with the
// reference's value of its name, be that in the middle (where the network was cut), else with its output at the same
// place. An error tells inputs or outputs that do not fit each other, or that there was no sample.
Result<Comparison> compare(const graph::Graph& reference, const graph::Graph& other, const Samples& next,
                           const CompareOptions& options = {});

}  // namespace diolkos::compare
