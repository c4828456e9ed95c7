#include "live/watched_source.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "live/left_behind.h"
#include "measure/clock.h"

namespace diolkos::live {
namespace {

constexpr std::chrono::milliseconds kFarewell{300};

}  // namespace

struct WatchedSource::State {
  std::mutex mutex;
  std::condition_variable changed;
  video::Frame own;    // the reader's, until it is done
  video::Frame frame;  // valid while `full`
  Clock::time_point at;
  double decode_ms = 0, fps = 0;
  bool full = false, quit = false, done = false, abandoned = false;
  std::int64_t dropped = 0;
  Status status;  // valid once done

  void read(const OpenSource& open, bool latest) try {
    finish(read_all(open, latest));
  } catch (const std::exception& error) {
    finish(failure(ErrorCode::io, std::string("reading the source: ") + error.what()));
  }

  Status read_all(const OpenSource& open, bool latest) {
    TRY_ASSIGN(const auto source, open());
    for (;;) {
      const measure::Stopwatch watch;
      TRY_ASSIGN(const bool more, source->next(own));
      if (!more) return {};
      const double ms = watch.milliseconds();
      std::unique_lock lock(mutex);
      if (!latest) changed.wait(lock, [&] { return quit || !full; });
      if (quit) return {};
      dropped += full;
      std::swap(frame, own);
      at = Clock::now();
      fps = source->info().fps;
      decode_ms = latest ? 0 : ms;  // a live source's time is mostly waiting
      full = true;
      changed.notify_all();
    }
  }

  void finish(Status end) {
    const std::lock_guard lock(mutex);
    status = std::move(end);
    done = true;
    left_behind -= abandoned;
    changed.notify_all();
  }
};

WatchedSource::WatchedSource(OpenSource open, bool latest, Buffers& buffers)
    : state_(std::make_shared<State>()), buffers_(buffers) {
  state_->own = std::move(buffers[0]);
  state_->frame = std::move(buffers[1]);
  std::thread([state = state_, open = std::move(open), latest] { state->read(open, latest); }).detach();
}

WatchedSource::~WatchedSource() {
  std::unique_lock lock(state_->mutex);
  state_->quit = true;
  state_->changed.notify_all();
  if (!state_->changed.wait_for(lock, kFarewell, [&] { return state_->done; })) {
    state_->abandoned = true;
    ++left_behind;
    return;
  }
  buffers_ = {std::move(state_->own), std::move(state_->frame)};
}

Result<WatchedSource::Event> WatchedSource::next(Frame& frame, std::chrono::milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  if (!state_->changed.wait_for(lock, patience, [&] { return state_->full || state_->done; })) return Event::nothing;
  if (state_->full) {
    std::swap(frame.captured, state_->frame);
    frame.at = state_->at;
    frame.source_fps = state_->fps;
    frame.times[pipeline::Stage::decode] = state_->decode_ms;
    state_->full = false;
    state_->changed.notify_all();
    return Event::frame;
  }
  TRY(state_->status);
  return Event::end;
}

std::int64_t WatchedSource::take_dropped() {
  const std::lock_guard lock(state_->mutex);
  return std::exchange(state_->dropped, 0);
}

}  // namespace diolkos::live
