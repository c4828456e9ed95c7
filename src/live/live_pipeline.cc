#include "live/live_pipeline.h"

#include <exception>
#include <thread>

#include <fmt/format.h>

#include "base/log.h"
#include "live/draw.h"
#include "live/hops.h"
#include "measure/clock.h"

namespace diolkos::live {
namespace {

using pipeline::Stage;

// Of a live source, that a file or a pipe may fall behind; of one that can wait there is no need.
constexpr std::size_t kSinkBacklog = 4;

class Run {
 public:
  Run(FrameStages& stages, const LiveOptions& options, const SharedSettings& settings,
      const std::vector<std::unique_ptr<Sink>>& sinks, Statistics& statistics)
      : stages_(stages),
        options_(options),
        settings_(settings),
        sinks_(sinks),
        statistics_(statistics),
        hops_(options.source.live),
        frames_(Hops::kFrames + sinks.size() * (kSinkBacklog + 1)) {
    for (const auto& sink : sinks) {
      const bool waits = !options.source.live && sink->every_frame();
      const std::size_t backlog = sink->every_frame() && !waits ? kSinkBacklog : 1;
      sink_hops_.push_back(
          std::make_unique<Channel<Frame*>>(backlog, waits ? WhenFull::wait : WhenFull::replace_oldest));
    }
    for (Frame& frame : frames_) free_.add(&frame);
  }

  Status go() {
    std::vector<std::thread> threads;
    const auto start = [&](auto body) { threads.emplace_back([this, body] { guarded(body); }); };
    start([this] { capture_all(); });
    start([this] { pass_on(hops_.captured, hops_.prepared, Stage::preprocess); });
    start([this] { pass_on(hops_.prepared, hops_.inferred, Stage::inference); });
    start([this] { pass_on(hops_.inferred, hops_.segmented, Stage::postprocess); });
    start([this] { draw_all(); });
    for (std::size_t sink = 0; sink < sinks_.size(); ++sink) start([this, sink] { feed(sink); });
    for (std::thread& thread : threads) thread.join();
    const std::lock_guard lock(mutex_);
    return std::move(status_);
  }

 private:
  template <class Body>
  void guarded(const Body& body) try {
    body();
  } catch (const std::exception& error) {  // must not leave a thread
    fail({ErrorCode::io, fmt::format("a stage failed: {}", error.what())});
  }

  bool stopped() const { return ending_ || (options_.stop != nullptr && *options_.stop); }

  // The first error counts. Whoever waits is let go.
  void fail(Error error) {
    {
      const std::lock_guard lock(mutex_);
      if (status_) status_ = failure(std::move(error));
    }
    ending_ = true;
    failed_ = true;
    hops_.close();
    for (auto& hop : sink_hops_) hop->close();
    stages_.close();
    free_.close();
  }

  void recycle(Frame* frame) {
    stages_.give_back(*frame);
    free_.add(frame);
  }

  void hand_on(Channel<Frame*>& to, Frame* frame) {
    const auto displaced = to.push(frame);
    if (!displaced) return;
    statistics_.dropped();
    recycle(*displaced);
  }

  void capture_all() {
    const CaptureHooks hooks{[this] { return free_.take(); }, [this](Frame* frame) { hand_on(hops_.captured, frame); },
                             [this](Frame* frame) { recycle(frame); }, [this] { return stopped(); }};
    if (Status end = capture(options_.source, hooks, statistics_); !end) fail(std::move(end).error());
    hops_.captured.close();
  }

  void pass_on(Channel<Frame*>& from, Channel<Frame*>& to, Stage stage) {
    while (const auto frame = from.pop()) {
      Status done = compute(stage, **frame);
      if (!done) {
        fail(std::move(done).error());
        return;
      }
      statistics_.stage(stage, (**frame).times[stage]);
      hand_on(to, *frame);
    }
    to.close();
  }

  Status compute(Stage stage, Frame& frame) {
    if (stage == Stage::preprocess) return stages_.preprocess(frame);
    if (stage == Stage::inference) return stages_.infer(frame);
    return stages_.postprocess(frame, settings_.get());
  }

  void draw_all() {
    std::int64_t drawn = 0;
    while (const auto frame = hops_.segmented.pop()) {
      if (options_.most_frames && drawn == *options_.most_frames) {
        recycle(*frame);
        continue;
      }
      draw_one(**frame);
      if (options_.most_frames && ++drawn == *options_.most_frames) ending_ = true;
    }
    for (auto& hop : sink_hops_) hop->close();
  }

  void draw_one(Frame& frame) {
    const measure::Stopwatch watch;
    const Settings settings = settings_.get();
    WantedViews wanted{};
    for (const auto& sink : sinks_)
      if (const auto view = sink->view(settings)) wanted[static_cast<std::size_t>(*view)] = true;
    frame.settings.view = settings.view;
    frame.settings.alpha = settings.alpha;
    draw(wanted, options_.palette, frame);
    frame.times[Stage::draw] = watch.milliseconds();
    statistics_.stage(Stage::draw, frame.times[Stage::draw]);
    statistics_.segmented(frame);
    frame.users = static_cast<int>(sinks_.size());
    for (std::size_t sink = 0; sink < sinks_.size(); ++sink)
      if (const auto displaced = sink_hops_[sink]->push(&frame)) {
        statistics_.sink_dropped(sink);
        release(**displaced);
      }
  }

  void release(Frame& frame) {
    if (--frame.users == 0) recycle(&frame);
  }

  void feed(std::size_t index) {
    Sink& sink = *sinks_[index];
    Status state;
    while (const auto frame = sink_hops_[index]->pop()) {
      const measure::Stopwatch watch;
      Status written = sink.write(**frame);
      const double age = milliseconds_between((**frame).at, Clock::now());
      release(**frame);
      if (written)
        statistics_.sink_done(index, watch.milliseconds(), age);
      else
        statistics_.sink_dropped(index);
      if (!written && !options_.source.live) return fail(std::move(written).error());
      tell(index, state, written);
      state = std::move(written);
    }
    if (failed_ && !options_.source.live) return;  // as `run` does: no half of a file stays behind
    if (Status finished = sink.finish(); !finished) {
      statistics_.sink_state(index, true, finished.error().message);
      fail(std::move(finished).error());
    }
  }

  // Where a sink's state has changed.
  void tell(std::size_t index, const Status& before, const Status& now) {
    if (!now && (before || before.error().message != now.error().message)) {
      log::warning(now.error().message);
      statistics_.sink_state(index, true, now.error().message);
    } else if (now && !before) {
      log::note(fmt::format("{}: goes on", sinks_[index]->name()));
      statistics_.sink_state(index, false, "running");
    }
  }

  FrameStages& stages_;
  const LiveOptions& options_;
  const SharedSettings& settings_;
  const std::vector<std::unique_ptr<Sink>>& sinks_;
  Statistics& statistics_;
  Hops hops_;
  std::vector<std::unique_ptr<Channel<Frame*>>> sink_hops_;
  std::vector<Frame> frames_;
  Pool<Frame> free_;
  std::atomic<bool> ending_ = false, failed_ = false;
  std::mutex mutex_;
  Status status_;
};

}  // namespace

Status run_live(const Networks& networks, const LiveOptions& options, const SharedSettings& settings,
                const std::vector<std::unique_ptr<Sink>>& sinks, Statistics& statistics) {
  TRY_ASSIGN(const auto stages, FrameStages::create(networks, settings.get(), options.smooth));
  return Run(*stages, options, settings, sinks, statistics).go();
}

}  // namespace diolkos::live
