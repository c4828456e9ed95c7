// Sinks by their addresses.
//
//   http://:8080, http://0.0.0.0:8080?token=WORD     the page (page_server.h)
//   masked.mp4 (and the other endings of videos)     a video
//   masks/                                           a PNG file a frame
//   seen.ndjson, seen.jsonl, -, stdout:?masks=rle    a line of JSON a frame (lines_sink.h)
//   window:                                          a window
//   gst:PIPELINE                                     GStreamer, from behind its appsrc
#pragma once

#include <memory>
#include <vector>

#include "live/page_server.h"
#include "live/record_sink.h"
#include "live/sink.h"

namespace diolkos::live {

struct SinkContext {
  RunFacts facts;
  RecordOptions record;                     // but for `live`, which is the source's
  const std::atomic<bool>* stop = nullptr;
};

// Of one source: its sinks' addresses (sink_addresses.h), and whether it is live.
struct SinkRequest {
  std::vector<std::string> addresses;
  bool live = false;
};

struct OpenedSinks {
  std::vector<std::vector<std::unique_ptr<Sink>>> of_source;
  std::vector<std::string> links;  // what the pages are opened at
};

// Sources have the same number of sinks, of the same kinds in the same order. Errors: an address that is none, a place
// that cannot be written.
Result<OpenedSinks> open_sinks(const std::vector<SinkRequest>& requests, const SinkContext& context,
                               PageServer::Shared shared);

}  // namespace diolkos::live
