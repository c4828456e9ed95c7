#include "live_networks.h"

#include "pipeline/tiled_network.h"
#include "web/server.h"

namespace diolkos::cli {
namespace {

live::Candidate to_candidate(const SegmentingNetwork& network) {
  return {network.network.get(), network.segmenting.stages.preprocess, network.segmenting.stages.postprocess};
}

}  // namespace

const Running* LiveNetworks::refused() const {
  if (!first.running.refusal.empty()) return &first.running;
  return versus && !versus->running.refusal.empty() ? &versus->running : nullptr;
}

Result<LiveNetworks> open_networks(const LiveNetworkOptions& options) {
  Wrap tiled;
  if (!options.tiles.empty()) {
    TRY_ASSIGN(const pipeline::Tiles tiles, pipeline::parse_tiles(options.tiles));
    tiled = [tiles](std::unique_ptr<pipeline::Network> network) {
      return pipeline::tiled_network(std::move(network), tiles);
    };
  }
  LiveNetworks networks;
  TRY_ASSIGN(networks.first, open_segmenting(options.model, options.runtime, options.segmentation, tiled));
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
  if (networks.versus) made.versus = to_candidate(*networks.versus);
  made.raw = networks.first.segmenting.stages.postprocess.raw;
  return made;
}

live::RunFacts facts_of(const LiveNetworkOptions& options, const LiveNetworks& networks) {
  const auto facts_of_one = [](const std::string& model, const SegmentingNetwork& network) {
    return live::NetworkFacts{model, network.running.runtime, network.running.precision};
  };
  live::RunFacts facts;
  facts.run = web::random_token().substr(0, 8);
  facts.network = facts_of_one(options.model.model, networks.first);
  if (networks.versus) facts.versus = facts_of_one(versus_model(options.model, options.versus).model, *networks.versus);
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
