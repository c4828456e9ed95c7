#include "live_networks.h"

#include <algorithm>

#include "network_streams.h"
#include "pipeline/tiled_network.h"
#include "web/server.h"

namespace diolkos::cli {
namespace {

live::Candidate to_candidate(const SegmentingNetwork& network) {
  return {{network.network.get()}, network.segmenting.stages.preprocess, network.segmenting.stages.postprocess};
}

// Why one frame at a time is computed; empty where several may be.
std::string_view why_one_stream(const LiveNetworkOptions& options, bool wait) {
  if (!wait)
    return "of a camera or a stream one frame at a time is computed, by all threads, so that it is shown soonest; "
           "several at once are for files and folders";
  if (options.versus.asked()) return "two networks take turns, one frame at a time";
  if (!options.runtime.cpus.empty()) return "with --cpus one frame at a time is computed";
  return "";
}

}  // namespace

const Running* LiveNetworks::refused() const {
  if (!first.running.refusal.empty()) return &first.running;
  return versus && !versus->running.refusal.empty() ? &versus->running : nullptr;
}

Result<LiveNetworks> open_networks(const LiveNetworkOptions& options, bool wait) {
  const std::string_view why_one = why_one_stream(options, wait);
  TRY(check_streams(options.streams, why_one));
  Wrap tiled;
  if (!options.tiles.empty()) {
    TRY_ASSIGN(const pipeline::Tiles tiles, pipeline::parse_tiles(options.tiles));
    tiled = [tiles](std::unique_ptr<pipeline::Network> network) {
      return pipeline::tiled_network(std::move(network), tiles);
    };
  }
  LiveNetworks networks;
  TRY_ASSIGN(networks.first, open_segmenting(options.model, options.runtime, options.segmentation, tiled));
  if (networks.refused() == nullptr) {
    TRY_ASSIGN(networks.streams, open_streams(networks.first, options.streams, why_one));
  }
  if (!options.versus.asked() || networks.refused() != nullptr) return networks;
  TRY_ASSIGN(networks.versus,
             open_segmenting(versus_model(options.model, options.versus),
                             versus_runtime(options.runtime, options.versus), options.segmentation, tiled));
  if (networks.refused() == nullptr) TRY(check_comparable(networks.first, *networks.versus));
  return networks;
}

live::Networks to_networks(const LiveNetworks& networks) {
  live::Networks made;
  made.first = to_candidate(networks.first);
  if (!networks.streams.empty()) made.first.streams.clear();
  for (const auto& stream : networks.streams) made.first.streams.push_back(stream.get());
  if (networks.versus) made.versus = to_candidate(*networks.versus);
  made.raw = networks.first.segmenting.stages.postprocess.raw;
  return made;
}

live::RunFacts facts_of(const LiveNetworkOptions& options, const LiveNetworks& networks) {
  const auto facts_of_one = [](const ModelOptions& model, const SegmentingNetwork& network) {
    return live::NetworkFacts{shown_name(model), network.running.runtime, network.running.precision, 1};
  };
  live::RunFacts facts;
  facts.run = web::random_token().substr(0, 8);
  facts.network = facts_of_one(options.model, networks.first);
  facts.network.streams = std::max(1, static_cast<int>(networks.streams.size()));
  if (networks.versus) facts.versus = facts_of_one(versus_model(options.model, options.versus), *networks.versus);
  facts.classes = networks.first.segmenting.classes;
  facts.raw = networks.first.segmenting.stages.postprocess.raw;
  return facts;
}

live::Settings settings_of(const LiveNetworks& networks) {
  const pipeline::StageOptions& stages = networks.first.segmenting.stages;
  live::Settings settings;
  settings.class_index = stages.postprocess.class_index;
  settings.threshold = stages.postprocess.threshold;
  settings.alpha = stages.alpha;
  if (networks.versus) settings.view = live::View::compare;
  return settings;
}

}  // namespace diolkos::cli
