#include "live_networks.h"

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/tiled_network.h"
#include "web/server.h"

namespace diolkos::cli {
namespace {

// Frames at once without being asked: two by half the threads each are done sooner than one after the other by all.
constexpr int kStreams = 2;

live::Candidate to_candidate(const SegmentingNetwork& network) {
  return {{network.network.get()}, network.segmenting.stages.preprocess, network.segmenting.stages.postprocess};
}

tl::unexpected<Error> no_streams(int streams, std::string_view why) {
  return failure(ErrorCode::usage, fmt::format("--streams {}: {}", streams, why));
}

Status check_streams(const LiveNetworkOptions& options, bool wait) {
  if (options.streams <= 1) return {};
  if (!wait)
    return no_streams(options.streams,
                      "of a camera or a stream one frame at a time is computed, by all threads, so that it is shown "
                      "soonest; several at once are for files and folders");
  if (options.versus.asked()) return no_streams(options.streams, "two networks take turns, one frame at a time");
  if (!options.runtime.cpus.empty()) return no_streams(options.streams, "with --cpus one frame at a time is computed");
  return {};
}

int streams_that_suit(const LiveNetworkOptions& options, const Running& running, bool wait) {
  const bool can = wait && !options.versus.asked() && options.runtime.cpus.empty() && running.runtime == "native";
  return can ? std::min(kStreams, running.threads) : 1;
}

Status open_streams(const LiveNetworkOptions& options, bool wait, LiveNetworks& networks) {
  const Running& running = networks.first.running;
  const int count = options.streams > 0 ? options.streams : streams_that_suit(options, running, wait);
  if (count <= 1) return {};
  if (running.threads > 0 && count > running.threads)
    return no_streams(count, fmt::format("at most one for each of the {} threads", running.threads));
  for (int stream = 0; stream < count; ++stream) {
    TRY_ASSIGN(auto network, networks.first.network->share(running.threads / count));
    networks.streams.push_back(std::move(network));
  }
  return {};
}

}  // namespace

const Running* LiveNetworks::refused() const {
  if (!first.running.refusal.empty()) return &first.running;
  return versus && !versus->running.refusal.empty() ? &versus->running : nullptr;
}

Result<LiveNetworks> open_networks(const LiveNetworkOptions& options, bool wait) {
  TRY(check_streams(options, wait));
  Wrap tiled;
  if (!options.tiles.empty()) {
    TRY_ASSIGN(const pipeline::Tiles tiles, pipeline::parse_tiles(options.tiles));
    tiled = [tiles](std::unique_ptr<pipeline::Network> network) {
      return pipeline::tiled_network(std::move(network), tiles);
    };
  }
  LiveNetworks networks;
  TRY_ASSIGN(networks.first, open_segmenting(options.model, options.runtime, options.segmentation, tiled));
  if (networks.refused() == nullptr) TRY(open_streams(options, wait, networks));
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
