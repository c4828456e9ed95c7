#include "live/capture.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "base/log.h"

namespace diolkos::live {
namespace {

constexpr std::chrono::milliseconds kTick{50};  // between looks at `stopped`

class Capture {
 public:
  Capture(const SourceOptions& options, const CaptureHooks& hooks, Statistics& statistics)
      : options_(options), hooks_(hooks), statistics_(statistics), pause_(options.shortest_pause) {}

  Status run() {
    statistics_.source_is(SourceState::opening);
    for (;;) {
      Status end = read_until_lost();
      if (hooks_.stopped()) return {};
      if (!options_.returns || frames_ == 0) {
        statistics_.source_is(SourceState::ended, end ? "" : end.error().message);
        return end;
      }
      wait(end ? fmt::format("{}: ended", options_.name) : end.error().message);
    }
  }

 private:
  Status read_until_lost() {
    WatchedSource source(options_.open, options_.live);
    auto last = Clock::now();
    bool running = false;
    while (!hooks_.stopped()) {
      Frame* const frame = hooks_.take();
      if (frame == nullptr) return {};
      const auto event = source.next(*frame, kTick);
      for (std::int64_t dropped = source.take_dropped(); dropped > 0; --dropped) skip();
      if (!event || *event != WatchedSource::Event::frame) hooks_.give_back(frame);
      if (!event) return failure(event.error());
      if (*event == WatchedSource::Event::end) return {};
      if (*event == WatchedSource::Event::nothing) {
        if (options_.returns && Clock::now() - last > options_.silence)
          return io_failure(fmt::format("{}: gives no frames", options_.name));
        continue;
      }
      last = Clock::now();
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
    if (frames_ > 0) log::note(fmt::format("{}: is back", options_.name));
    statistics_.source_is(SourceState::running);
    pause_ = options_.shortest_pause;
    told_ = false;
  }

  void wait(std::string message) {
    if (!std::exchange(told_, true)) log::warning(fmt::format("{}; it is tried again until it is back", message));
    statistics_.source_is(SourceState::lost, std::move(message), static_cast<double>(pause_.count()) / 1000);
    const auto until = Clock::now() + pause_;
    while (Clock::now() < until && !hooks_.stopped()) std::this_thread::sleep_for(std::min(kTick, pause_));
    pause_ = std::min(2 * pause_, options_.longest_pause);
  }

  const SourceOptions& options_;
  const CaptureHooks& hooks_;
  Statistics& statistics_;
  std::chrono::milliseconds pause_;
  std::int64_t frames_ = 0;
  bool told_ = false;  // of this loss
};

}  // namespace

Status capture(const SourceOptions& options, const CaptureHooks& hooks, Statistics& statistics) {
  return Capture(options, hooks, statistics).run();
}

}  // namespace diolkos::live
