// The networks of a live run: one, or two beside each other.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/frame_stages.h"
#include "live/report.h"
#include "segmenting_network.h"
#include "versus_options.h"

namespace diolkos::cli {

struct LiveNetworkOptions {
  ModelOptions model;
  RuntimeOptions runtime;
  VersusOptions versus;
  SegmentationOptions segmentation;
  std::string tiles;  // "3x2"; empty: none
  int streams = 0;    // 0: what suits
};

struct LiveNetworks {
  SegmentingNetwork first;
  std::vector<std::unique_ptr<pipeline::Network>> streams;  // of the first; empty: itself
  std::optional<SegmentingNetwork> versus;

  // The first that could not be had as it was asked for; null where all could.
  const Running* refused() const;
};

// Errors of usage where several streams are asked for and cannot be. `wait`: whether every source can wait.
Result<LiveNetworks> open_networks(const LiveNetworkOptions& options, bool wait);
live::Networks to_networks(const LiveNetworks& networks);
live::RunFacts facts_of(const LiveNetworkOptions& options, const LiveNetworks& networks);
live::Settings settings_of(const LiveNetworks& networks);

}  // namespace diolkos::cli
