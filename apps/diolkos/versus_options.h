// A second network beside the first, on the same frames.
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "segmenting_network.h"

namespace diolkos::cli {

// Each one empty: as for the first network.
struct VersusOptions {
  std::string model, runtime, precision;

  bool asked() const { return !model.empty() || !runtime.empty() || !precision.empty(); }
};

void add_versus_options(CLI::App& command, VersusOptions& options);

// The second network's options, from the first one's.
ModelOptions versus_model(const ModelOptions& first, const VersusOptions& versus);
RuntimeOptions versus_runtime(const RuntimeOptions& first, const VersusOptions& versus);

// An error where the two do not tell the same classes apart.
Status check_comparable(const SegmentingNetwork& first, const SegmentingNetwork& versus);

}  // namespace diolkos::cli
