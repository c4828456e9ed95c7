// From a command line to a network that segments: loaded, behind its runtime, with what goes before and after it.
#pragma once

#include <functional>
#include <memory>

#include "executable.h"
#include "model_options.h"
#include "pipeline/network.h"
#include "plans/model_notes.h"
#include "segmentation_options.h"

namespace diolkos::cli {

struct SegmentingNetwork {
  plans::ModelNotes notes;  // of the model
  Running running;
  std::unique_ptr<pipeline::Network> network;  // null where running.refusal is set; `segmenting` is then empty
  Segmenting segmenting;
};

// Puts something around the network before its output is looked at.
using Wrap = std::function<Result<std::unique_ptr<pipeline::Network>>(std::unique_ptr<pipeline::Network>)>;

Result<SegmentingNetwork> open_segmenting(const ModelOptions& model, const RuntimeOptions& runtime,
                                          const SegmentationOptions& segmentation, const Wrap& wrap = {});

}  // namespace diolkos::cli
