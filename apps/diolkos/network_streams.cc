#include "network_streams.h"

#include <algorithm>

#include <fmt/format.h>

namespace diolkos::cli {
namespace {

constexpr int kWithoutBeingAsked = 2;

tl::unexpected<Error> no_streams(int asked, std::string_view why) {
  return failure(ErrorCode::usage, fmt::format("--streams {}: {}", asked, why));
}

int streams_that_suit(const Running& running, std::string_view why_one) {
  return why_one.empty() && running.runtime == "native" ? std::min(kWithoutBeingAsked, running.threads) : 1;
}

}  // namespace

Status check_streams(int asked, std::string_view why_one) {
  if (asked <= 1 || why_one.empty()) return {};
  return no_streams(asked, why_one);
}

Result<std::vector<std::unique_ptr<pipeline::Network>>> open_streams(const SegmentingNetwork& network, int asked,
                                                                     std::string_view why_one) {
  TRY(check_streams(asked, why_one));
  const Running& running = network.running;
  std::vector<std::unique_ptr<pipeline::Network>> streams;
  const int count = asked > 0 ? asked : streams_that_suit(running, why_one);
  if (count <= 1) return streams;
  if (running.threads > 0 && count > running.threads)
    return no_streams(count, fmt::format("at most one for each of the {} threads", running.threads));
  for (int stream = 0; stream < count; ++stream) {
    TRY_ASSIGN(auto shared, network.network->share(running.threads / count));
    streams.push_back(std::move(shared));
  }
  return streams;
}

}  // namespace diolkos::cli
