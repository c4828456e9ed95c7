#include "live/source_run.h"

#include <exception>
#include <thread>

#include <fmt/format.h>

#include "base/log_event.h"
#include "live/draw.h"
#include "measure/clock.h"

namespace diolkos::live {
namespace {

// Of a live source, that a file or a pipe may fall behind; of one that can wait there is no need.
constexpr std::size_t kSinkBacklog = 4;

}  // namespace

using pipeline::Stage;

SourceRun::SourceRun(const Feed& feed, std::unique_ptr<FrameStages> stages, Shared shared)
    : feed_(feed),
      stages_(std::move(stages)),
      shared_(shared),
      hops_(feed.source.live),
      frames_(Hops::frames(shared.streams) + feed.sinks.size() * (kSinkBacklog + 1)),
      inferring_(shared.streams) {
  for (const auto& sink : feed.sinks) {
    const bool waits = !feed.source.live && sink->every_frame();
    const std::size_t backlog = sink->every_frame() && !waits ? kSinkBacklog : 1;
    sink_hops_.push_back(std::make_unique<Channel<Frame*>>(backlog, waits ? WhenFull::wait : WhenFull::replace_oldest));
  }
  for (Frame& frame : frames_) free_.add(&frame);
}

Status SourceRun::go() {
  std::vector<std::thread> threads;
  const auto start = [&](auto body) { threads.emplace_back([this, body] { guarded(body); }); };
  guarded([&] {  // there may be no threads to be had: those that have begun are let go
    start([this] { capture_all(); });
    start([this] {
      pass_on(hops_.captured, hops_.prepared, Stage::preprocess,
              [this](Frame& frame) { return stages_->preprocess(frame); });
    });
    for (std::size_t stream = 0; stream < shared_.streams; ++stream) start([this] { infer_all(); });
    start([this] {
      pass_on(hops_.inferred, hops_.segmented, Stage::postprocess,
              [this](Frame& frame) { return stages_->postprocess(frame, shared_.settings.get()); });
    });
    start([this] { draw_all(); });
    for (std::size_t sink = 0; sink < feed_.sinks.size(); ++sink) start([this, sink] { feed(sink); });
  });
  for (std::thread& thread : threads) thread.join();
  const std::lock_guard lock(mutex_);
  return std::move(status_);
}

void SourceRun::abandon() { ending_ = true; }

template <class Body>
void SourceRun::guarded(const Body& body) try {
  body();
} catch (const std::exception& error) {  // must not leave a thread
  fail({ErrorCode::io, fmt::format("a stage failed: {}", error.what())});
}

bool SourceRun::stopped() const {
  return ending_ || (shared_.options.stop != nullptr && *shared_.options.stop);
}

// The first error counts. Whoever waits is let go.
void SourceRun::fail(Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (status_) status_ = failure(std::move(error));
  }
  ending_ = true;
  failed_ = true;
  hops_.close();
  inferred_.close();
  for (auto& hop : sink_hops_) hop->close();
  stages_->close();
  free_.close();
}

void SourceRun::recycle(Frame* frame) {
  stages_->give_back(*frame);
  free_.add(frame);
}

void SourceRun::hand_on(Channel<Frame*>& to, Frame* frame) {
  const auto displaced = to.push(frame);
  if (!displaced) return;
  feed_.statistics.dropped();
  recycle(*displaced);
}

void SourceRun::capture_all() {
  const CaptureHooks hooks{[this] { return free_.take(); }, [this](Frame* frame) { hand_on(hops_.captured, frame); },
                           [this](Frame* frame) { recycle(frame); }, [this] { return stopped(); }};
  if (Status end = capture(feed_.source, hooks, feed_.statistics); !end) fail(std::move(end).error());
  hops_.captured.close();
}

template <class Compute>
void SourceRun::pass_on(Channel<Frame*>& from, Channel<Frame*>& to, Stage stage, Compute compute) {
  while (const auto frame = from.pop()) {
    if (Status done = compute(**frame); !done) return fail(std::move(done).error());
    feed_.statistics.stage(stage, (**frame).times[stage]);
    hand_on(to, *frame);
  }
  to.close();
}

void SourceRun::infer_all() {
  while (infer_one()) {
  }
  if (--inferring_ == 0) hops_.inferred.close();
}

// False at the end. The network first, then the frame: while other sources have it, newer frames come.
bool SourceRun::infer_one() {
  std::unique_lock taking(taking_);
  if (!hops_.prepared.await()) return false;
  std::optional<Turn> turn(shared_.network);
  Frame* const frame = *hops_.prepared.pop();
  const std::uint64_t place = inferred_.place();
  taking.unlock();
  Status done = stages_->infer(*frame, turn->number());
  turn.reset();
  inferred_.in_turn(place, [&] {
    if (!done) return fail(std::move(done).error());
    feed_.statistics.stage(Stage::inference, frame->times[Stage::inference]);
    hand_on(hops_.inferred, frame);
  });
  return !failed_;
}

void SourceRun::draw_all() {
  const auto& most = shared_.options.most_frames;
  std::int64_t drawn = 0;
  while (const auto frame = hops_.segmented.pop()) {
    if (most && drawn == *most) {
      recycle(*frame);
      continue;
    }
    draw_one(**frame);
    if (most && ++drawn == *most) ending_ = true;
  }
  for (auto& hop : sink_hops_) hop->close();
}

void SourceRun::draw_one(Frame& frame) {
  const measure::Stopwatch watch;
  const Settings settings = shared_.settings.get();
  WantedViews wanted{};
  for (const auto& sink : feed_.sinks)
    if (const auto view = sink->view(settings)) wanted[static_cast<std::size_t>(*view)] = true;
  frame.settings.view = settings.view;
  frame.settings.alpha = settings.alpha;
  draw(wanted, shared_.options.palette, frame);
  frame.times[Stage::draw] = watch.milliseconds();
  feed_.statistics.stage(Stage::draw, frame.times[Stage::draw]);
  feed_.statistics.segmented(frame);
  frame.users = static_cast<int>(feed_.sinks.size());
  for (std::size_t sink = 0; sink < feed_.sinks.size(); ++sink)
    if (const auto displaced = sink_hops_[sink]->push(&frame)) {
      feed_.statistics.sink_dropped(sink);
      release(**displaced);
    }
}

void SourceRun::release(Frame& frame) {
  if (--frame.users == 0) recycle(&frame);
}

void SourceRun::feed(std::size_t index) {
  Sink& sink = *feed_.sinks[index];
  Status state;
  while (const auto frame = sink_hops_[index]->pop()) {
    const measure::Stopwatch watch;
    Status written = sink.write(**frame);
    const double age = milliseconds_between((**frame).at, Clock::now());
    release(**frame);
    if (written)
      feed_.statistics.sink_done(index, watch.milliseconds(), age);
    else
      feed_.statistics.sink_dropped(index);
    if (!written && !feed_.source.live && sink.every_frame()) return fail(std::move(written).error());
    tell(index, state, written);
    state = std::move(written);
    if (sink.ended()) let_pass(index, *sink.ended());
  }
  if (failed_ && !feed_.source.live) return;  // as `run` does: no half of a file stays behind
  if (Status finished = sink.finish(); !finished) {
    feed_.statistics.sink_state(index, true, finished.error().message);
    fail(std::move(finished).error());
  }
}

// Of a sink that takes no frames any more: all there are to come.
void SourceRun::let_pass(std::size_t index, const std::string& why) {
  log::event(log::Level::note, "sink_ended", why,
             {{"source", feed_.source.name}, {"sink", feed_.sinks[index]->name()}});
  feed_.statistics.sink_state(index, false, why);
  while (const auto frame = sink_hops_[index]->pop()) release(**frame);
}

// Where a sink's state has changed.
void SourceRun::tell(std::size_t index, const Status& before, const Status& now) {
  if (!now && (before || before.error().message != now.error().message)) {
    log::event(log::Level::warning, "sink_failing", now.error().message,
               {{"source", feed_.source.name}, {"sink", feed_.sinks[index]->name()}});
    feed_.statistics.sink_state(index, true, now.error().message);
  } else if (now && !before) {
    const std::string sink = feed_.sinks[index]->name();
    log::event(log::Level::note, "sink_recovered", fmt::format("{}: goes on", sink),
               {{"source", feed_.source.name}, {"sink", sink}});
    feed_.statistics.sink_state(index, false, "running");
  }
}

}  // namespace diolkos::live
