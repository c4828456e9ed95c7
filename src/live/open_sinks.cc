#include "live/open_sinks.h"

#include <fmt/format.h>

#include "live/gstreamer_sink.h"
#include "live/lines_sink.h"
#include "live/sink_addresses.h"
#include "live/web_sink.h"

namespace diolkos::live {
namespace {

// The sinks of one place on the command line, for every source.
class Opening {
 public:
  Opening(const std::vector<SinkRequest>& requests, const SinkContext& context, PageServer::Shared shared)
      : requests_(requests), context_(context), shared_(shared) {
    opened_.of_source.resize(requests.size());
  }

  Status open(std::size_t place) {
    const video::Address first = video::parse_address(requests_.front().addresses[place]);
    if (first.scheme == "http") return open_page(first);
    if (is_lines(first)) return open_lines_sinks(first);
    for (std::size_t source = 0; source < requests_.size(); ++source)
      TRY(open_one(source, video::parse_address(requests_[source].addresses[place])));
    return {};
  }

  OpenedSinks take() { return std::move(opened_); }

 private:
  Status open_page(const video::Address& address) {
    TRY_ASSIGN(std::shared_ptr<PageServer> page, PageServer::open(address, context_.facts, shared_));
    opened_.links.push_back(page->link());
    for (std::size_t source = 0; source < requests_.size(); ++source)
      opened_.of_source[source].push_back(std::make_unique<WebSink>(public_name(address.text), page, source));
    return {};
  }

  Status open_lines_sinks(const video::Address& address) {
    TRY_ASSIGN(const LinesPlace place, open_lines(address, context_.stop));
    for (std::size_t source = 0; source < requests_.size(); ++source)
      opened_.of_source[source].push_back(
          lines_sink(address.text, place, static_cast<int>(source), context_.facts.classes));
    return {};
  }

  Status open_one(std::size_t source, const video::Address& address) {
    const std::string &text = address.text, &scheme = address.scheme;
    std::unique_ptr<Sink> sink;
    if (scheme == "window") {
      TRY_ASSIGN(sink, window_sink(text, requests_[source].live));
    } else if (scheme == "gst") {
      const std::string pipeline = text.substr(text.find(':') + 1);
      TRY_ASSIGN(sink, gstreamer_sink(public_name(text), pipeline, requests_[source].live));
    } else if (!scheme.empty() && scheme != "file") {
      return failure(ErrorCode::usage,
                     fmt::format("{}: unknown scheme '{}' of a sink, expected http, file, stdout, gst or window", text,
                                 scheme));
    } else {
      RecordOptions record = context_.record;
      record.live = requests_[source].live;
      TRY_ASSIGN(sink, open_record_sink(address, record));
    }
    opened_.of_source[source].push_back(std::move(sink));
    return {};
  }

  const std::vector<SinkRequest>& requests_;
  const SinkContext& context_;
  const PageServer::Shared shared_;
  OpenedSinks opened_;
};

}  // namespace

Result<OpenedSinks> open_sinks(const std::vector<SinkRequest>& requests, const SinkContext& context,
                               PageServer::Shared shared) {
  Opening opening(requests, context, shared);
  for (std::size_t place = 0; place < requests.front().addresses.size(); ++place) TRY(opening.open(place));
  return opening.take();
}

}  // namespace diolkos::live
