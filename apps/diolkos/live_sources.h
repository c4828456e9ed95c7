// The sources of a live run, from its command line.
#pragma once

#include <string>
#include <vector>

#include "live/capture.h"
#include "video/stream_request.h"

namespace diolkos::cli {

struct Addresses {
  std::vector<std::string> sources, sinks;
};
// Of `source` and what follows it: further sources are what cannot be a sink, and `more`.
Addresses split_addresses(const std::string& source, const std::vector<std::string>& following,
                          const std::vector<std::string>& more);

// Errors are of usage: an address that is none, standard input twice.
Result<std::vector<video::StreamRequest>> parse_sources(const std::vector<std::string>& sources);

live::SourceOptions source_options(const video::StreamRequest& request);

}  // namespace diolkos::cli
