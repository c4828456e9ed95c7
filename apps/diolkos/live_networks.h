// The networks of a live run: one, or two beside each other.
#pragma once

#include <optional>
#include <string>

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
};

struct LiveNetworks {
  SegmentingNetwork first;
  std::optional<SegmentingNetwork> versus;

  // The first that could not be had as it was asked for; null where all could.
  const Running* refused() const;
};

Result<LiveNetworks> open_networks(const LiveNetworkOptions& options);
live::Networks to_networks(const LiveNetworks& networks);
live::RunFacts facts_of(const LiveNetworkOptions& options, const LiveNetworks& networks);
live::Settings settings_of(const LiveNetworks& networks);

}  // namespace diolkos::cli
