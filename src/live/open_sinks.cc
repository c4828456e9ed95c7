#include "live/open_sinks.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.h"
#include "live/gstreamer_sink.h"
#include "live/lines_sink.h"

namespace diolkos::live {
namespace {

constexpr const char* kDefaultSink = "http://:8080";

bool is_lines(const video::Address& address) {
  const std::string& place = address.place;
  return address.scheme == "stdout" || place == "-" || place.ends_with(".ndjson") || place.ends_with(".jsonl");
}

}  // namespace

std::vector<std::string> possible_sinks(std::vector<std::string> addresses) {
  const auto is_window = [](const std::string& address) { return address.starts_with("window:"); };
  if (std::ranges::any_of(addresses, is_window)) {
    if (const auto reason = no_display()) {
      log::warning(fmt::format("no display: {}; the run goes on without a window", *reason));
      std::erase_if(addresses, is_window);
    }
  }
  if (addresses.empty()) addresses.emplace_back(kDefaultSink);
  return addresses;
}

Result<OpenedSinks> open_sinks(const std::vector<std::string>& addresses, const SinkContext& context,
                               WebSink::Shared shared) {
  OpenedSinks opened;
  for (const std::string& text : addresses) {
    const video::Address address = video::parse_address(text);
    std::unique_ptr<Sink> sink;
    if (address.scheme == "http") {
      TRY_ASSIGN(auto web, WebSink::open(address, context.facts, shared));
      opened.links.push_back(web->link());
      sink = std::move(web);
    } else if (address.scheme == "window") {
      sink = window_sink(text);
    } else if (address.scheme == "gst") {
      sink = gstreamer_sink(text, text.substr(text.find(':') + 1));
    } else if (!address.scheme.empty() && address.scheme != "file" && address.scheme != "stdout") {
      return failure(ErrorCode::usage,
                     fmt::format("{}: unknown scheme '{}' of a sink, expected http, file, stdout, gst or window", text, address.scheme));
    } else if (is_lines(address)) {
      TRY_ASSIGN(sink, open_lines_sink(address, context.facts.classes, context.stop));
    } else {
      TRY_ASSIGN(sink, open_record_sink(address, context.record));
    }
    opened.sinks.push_back(std::move(sink));
  }
  return opened;
}

}  // namespace diolkos::live
