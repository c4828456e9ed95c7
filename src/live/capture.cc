#include "live/capture.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "base/log_event.h"
#include "live/drop_log.h"

namespace diolkos::live {
namespace {

constexpr std::chrono::milliseconds kTick{50};  // between looks at `stopped`
constexpr std::chrono::seconds kDropInterval{10};

class Capture {
 public:
  Capture(const SourceOptions& options, const CaptureHooks& hooks, Statistics& statistics)
      : options_(options), hooks_(hooks), statistics_(statistics), drops_(statistics, kDropInterval),
        pause_(options.shortest_pause) {}

  Status run() {
    statistics_.source_is(SourceState::opening);
    for (;;) {
      Status end = read_until_lost();
      if (hooks_.stopped()) return {};
      if (!options_.returns || frames_ == 0) {
        statistics_.source_is(SourceState::ended, end ? "" : end.error().message);
        log::event(log::Level::debug, "source_ended", fmt::format("{}: ended after {} frames", options_.name, frames_),
                   {{"source", options_.name}, {"frames", frames_}});
        return end;
      }
      wait(end ? fmt::format("{}: ended", options_.name) : end.error().message);
    }
  }

 private:
  Status read_until_lost() {
    WatchedSource source(options_.open, options_.live, buffers_);
    auto last = Clock::now();
    bool running = false;
    while (!hooks_.stopped()) {
      Frame* const frame = hooks_.take();
      if (frame == nullptr) return {};
      const auto event = source.next(*frame, kTick);
      drops_.look(Clock::now());
      for (std::int64_t dropped = source.take_dropped(); dropped > 0; --dropped) skip();
      if (!event || *event != WatchedSource::Event::frame) hooks_.give_back(frame);
      if (!event) return failure(event.error());
      if (*event == WatchedSource::Event::end) return {};
      if (*event == WatchedSource::Event::nothing) {
        if (running && Clock::now() - last > kStalledAfter) stall();
        if (options_.returns && Clock::now() - last > options_.silence)
          return io_failure(fmt::format("{}: gives no frames", options_.name));
        continue;
      }
      last = Clock::now();
      if (std::exchange(stalled_, false)) tell(log::Level::debug, "source_resumed", "gives frames again");
      if (!std::exchange(running, true)) came_back();
      frame->captured.index = frames_++;
      statistics_.captured(*frame);
      if (!options_.live) statistics_.stage(pipeline::Stage::decode, frame->times[pipeline::Stage::decode]);
      hooks_.hand_on(frame);
    }
    return {};
  }

  void skip() {
    ++frames_;
    statistics_.dropped();
  }

  void came_back() {
    if (std::exchange(came_, true))
      tell(log::Level::note, "source_back", "is back");
    else
      tell(log::Level::debug, "source_running", "gives frames");
    statistics_.source_is(SourceState::running);
    pause_ = options_.shortest_pause;
    told_ = false;
  }

  void wait(std::string message) {
    const double pause_s = static_cast<double>(pause_.count()) / 1000;
    if (!std::exchange(told_, true))
      log::event(log::Level::warning, "source_lost", fmt::format("{}; it is tried again until it is back", message),
                 {{"source", options_.name}, {"retry_in_s", pause_s}});
    else
      log::event(log::Level::debug, "source_retry", message, {{"source", options_.name}, {"retry_in_s", pause_s}});
    stalled_ = false;
    statistics_.source_is(SourceState::lost, std::move(message), pause_s);
    const auto until = Clock::now() + pause_;
    while (Clock::now() < until && !hooks_.stopped()) std::this_thread::sleep_for(std::min(kTick, pause_));
    pause_ = std::min(2 * pause_, options_.longest_pause);
  }

  void stall() {
    if (!std::exchange(stalled_, true)) tell(log::Level::debug, "source_stalled", "gives no frames");
  }

  void tell(log::Level level, std::string_view event, std::string_view what) const {
    log::event(level, event, fmt::format("{}: {}", options_.name, what), {{"source", options_.name}});
  }

  const SourceOptions& options_;
  const CaptureHooks& hooks_;
  Statistics& statistics_;
  DropLog drops_;
  WatchedSource::Buffers buffers_;
  std::chrono::milliseconds pause_;
  std::int64_t frames_ = 0;
  bool told_ = false;  // of this loss
  bool stalled_ = false;
  bool came_ = false;  // at least once
};

}  // namespace

Status capture(const SourceOptions& options, const CaptureHooks& hooks, Statistics& statistics) {
  return Capture(options, hooks, statistics).run();
}

}  // namespace diolkos::live
