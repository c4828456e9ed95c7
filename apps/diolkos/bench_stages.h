// The stages of a frame around inference, timed one after the other on pictures.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "bench_network.h"
#include "segmentation_options.h"

namespace diolkos::cli {

struct StagesOptions {
  std::string input;  // an image, a folder or a video; empty: stages are not measured
  SegmentationOptions segmentation;
};

void add_stages_options(CLI::App& command, StagesOptions& options);

// For as many frames and as long as the protocol says, from the input's start again where it ends. Errors: an input
// that cannot be read or is empty, a network that is none of an image segmentation.
Status measure_stages(const StagesOptions& options, const measure::LatencyProtocol& protocol, Measured& measured);

}  // namespace diolkos::cli
