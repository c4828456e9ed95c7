#include "live_sources.h"

#include <algorithm>

#include <fmt/format.h>

#include "video/stream_source.h"

namespace diolkos::cli {

using video::StreamRequest;

Addresses split_addresses(const std::string& source, const std::vector<std::string>& following,
                          const std::vector<std::string>& more) {
  Addresses addresses;
  addresses.sources.push_back(source);
  for (const std::string& text : following)
    (video::is_source_only(text) ? addresses.sources : addresses.sinks).push_back(text);
  addresses.sources.insert(addresses.sources.end(), more.begin(), more.end());
  return addresses;
}

Result<std::vector<StreamRequest>> parse_sources(const std::vector<std::string>& sources) {
  std::vector<StreamRequest> requests;
  for (const std::string& text : sources) {
    TRY_ASSIGN(StreamRequest request, video::parse_stream(text));
    const auto same_name = [&](const StreamRequest& other) { return other.name == request.name; };
    if (request.kind == StreamRequest::Kind::raw &&
        std::ranges::count(requests, request.kind, &StreamRequest::kind) > 0)
      return failure(ErrorCode::usage,
                     fmt::format("{}: standard input is read by another source already", request.name));
    if (std::ranges::any_of(requests, same_name)) request.name += fmt::format(" ({})", requests.size());
    requests.push_back(std::move(request));
  }
  return requests;
}

live::SourceOptions source_options(const StreamRequest& request) {
  live::SourceOptions options;
  options.name = request.name;
  options.open = [request] { return video::open_stream(request); };
  options.live = request.live;
  options.returns = request.returns();
  return options;
}

}  // namespace diolkos::cli
