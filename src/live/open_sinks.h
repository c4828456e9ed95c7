// Sinks by their addresses.
//
//   http://:8080, http://0.0.0.0:8080?token=WORD     the page (web_sink.h)
//   masked.mp4 (and the other endings of videos)     a video
//   masks/                                           a PNG file a frame
//   seen.ndjson, seen.jsonl, -, stdout:?masks=rle    a line of JSON a frame (lines_sink.h)
//   window:                                          a window
//   gst:PIPELINE                                     GStreamer, from behind its appsrc
#pragma once

#include <memory>
#include <vector>

#include "live/record_sink.h"
#include "live/web_sink.h"

namespace diolkos::live {

struct SinkContext {
  RunFacts facts;
  RecordOptions record;
  const std::atomic<bool>* stop = nullptr;
};

// What the page is opened at, and what could not be opened but does not end the run (a window without a display).
struct OpenedSinks {
  std::vector<std::unique_ptr<Sink>> sinks;
  std::vector<std::string> links;
};

// `addresses` in the statistics' order. Errors: an address that is none, a place that cannot be written.
Result<OpenedSinks> open_sinks(const std::vector<std::string>& addresses, const SinkContext& context,
                               WebSink::Shared shared);

// Addresses without a window where there is no display, which is said; and the page where nothing is left.
std::vector<std::string> possible_sinks(std::vector<std::string> addresses);

}  // namespace diolkos::live
