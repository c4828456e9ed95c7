#include "live/gstreamer_sink.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include <fmt/format.h>

#include "gstreamer/pipeline.h"
#include "live/left_behind.h"

namespace diolkos::live {
namespace {

using gstreamer::Ending;
using gstreamer::Pipeline;
using std::chrono::milliseconds;

constexpr double kDefaultFps = 30;
constexpr milliseconds kPatience{3000};   // of starting, and of coming to the end
constexpr milliseconds kRoom{500};        // of a picture for room in the pipeline
constexpr milliseconds kSilence{5000};    // without any room: it is stuck
constexpr milliseconds kProof{1000};      // that one started again works
constexpr milliseconds kShortestPause{100}, kLongestPause{1500};

class GstreamerSink : public Sink {
 public:
  GstreamerSink(std::string name, std::string text, bool live, bool files)
      : name_(std::move(name)), text_(std::move(text)), live_(live), every_(files && !live) {}
  ~GstreamerSink() override { static_cast<void>(release()); }

  std::string name() const override { return name_; }
  bool every_frame() const override { return every_; }
  std::optional<View> view(const Settings& settings) const override {
    return over_ ? std::nullopt : std::optional(settings.view);
  }
  std::optional<std::string> ended() const override { return ended_; }

  Status write(const Frame& frame) override {
    const segmentation::Image* const picture = frame.picture(frame.settings.view);
    if (over_ || picture == nullptr) return broken_;
    if (pipeline_ == nullptr && Clock::now() < retry_at_) return broken_;
    if (Status given = give(*picture, frame); !given) break_down(std::move(given).error());
    if (!broken_ && pipeline_ != nullptr && Clock::now() - started_ > kProof) {
      broken_ = {};
      pause_ = kShortestPause;
    }
    return broken_;
  }

  Status finish() override {
    if (pipeline_ == nullptr) return {};
    // A file needs its end. Of pictures that went elsewhere nothing is lost: rtspclientsink at times never tells it.
    const bool files = pipeline_->writes_files();
    const Result<bool> finished = pipeline_->finish(kPatience);
    TRY(release());
    if (!finished) return failure(finished.error());
    return *finished || !files ? Status() : too_late();
  }

 private:
  // An error ends the pipeline.
  Status give(const segmentation::Image& picture, const Frame& frame) {
    // A pipeline has one size.
    if (pipeline_ && (picture.width() != pictures_.width || picture.height() != pictures_.height)) TRY(change_size());
    const double fps = frame.source_fps > 0 ? frame.source_fps : kDefaultFps;
    if (!pipeline_) TRY(start({picture.width(), picture.height(), fps, live_}));
    if (const auto ending = pipeline_->ending()) return end(*ending);
    TRY_ASSIGN(const bool taken, pipeline_->push(picture, frame.captured.index, every_ ? kSilence : kRoom));
    const auto now = Clock::now();
    if (taken) taken_ = now;
    if (now - taken_ >= kSilence) return io_failure(fmt::format("{}: the pipeline takes no pictures", name_));
    return {};
  }

  Status start(const gstreamer::Pictures& pictures) {
    TRY_ASSIGN(pipeline_, Pipeline::parse(name_, text_));
    pictures_ = pictures;
    started_ = taken_ = Clock::now();
    const auto outcome = std::make_shared<Status>();
    if (done_within(kPatience, [outcome, pipeline = pipeline_, pictures] { *outcome = pipeline->start(pictures); }))
      return std::move(*outcome);
    pipeline_ = nullptr;  // its thread has it
    over_ = true;
    return io_failure(fmt::format("{}: the pipeline did not start within {} s", name_, kPatience.count() / 1000));
  }

  Status change_size() {
    if (pipeline_->writes_files())
      return io_failure(fmt::format("{}: the size of frames has changed, and a file has one size", name_));
    static_cast<void>(pipeline_->finish(kPatience));
    return release();
  }

  Status end(const Ending& ending) {
    if (ending.why == Ending::Why::error) return io_failure(ending.message);
    over_ = true;
    const bool closed = ending.why == Ending::Why::window_closed;
    ended_ = closed ? fmt::format("{}: the window was closed", name_) : ending.message;
    broken_ = {};
    return release();
  }

  void break_down(Error error) {
    if (pipeline_ && pipeline_->writes_files()) {
      over_ = true;
      error.message += "; it is not started again, since its file would begin anew";
    }
    if (Status released = release(); !released) error = released.error();
    broken_ = failure(std::move(error));
    retry_at_ = Clock::now() + pause_;
    pause_ = std::min(2 * pause_, kLongestPause);
  }

  // One that broke, or whose server is gone, may hang.
  Status release() {
    if (!pipeline_ || done_within(kPatience, [pipeline = std::exchange(pipeline_, nullptr)] {})) return {};
    over_ = true;  // otherwise there would be more and more of them
    return too_late();
  }

  tl::unexpected<Error> too_late() const {
    return io_failure(
        fmt::format("{}: the pipeline did not come to its end within {} s", name_, kPatience.count() / 1000));
  }

  const std::string name_, text_;
  const bool live_, every_;
  std::shared_ptr<Pipeline> pipeline_;
  gstreamer::Pictures pictures_;
  Clock::time_point started_, taken_, retry_at_;
  milliseconds pause_ = kShortestPause;
  Status broken_;                        // why it does not run, until it has proved to
  std::optional<std::string> ended_;
  std::atomic<bool> over_ = false;       // it is not started again
};

}  // namespace

Result<std::unique_ptr<Sink>> gstreamer_sink(std::string name, std::string pipeline, bool live) {
  TRY_ASSIGN(const auto parsed, Pipeline::parse(name, pipeline));
  const bool files = parsed->writes_files();
  return std::unique_ptr<Sink>(std::make_unique<GstreamerSink>(std::move(name), std::move(pipeline), live, files));
}

Result<std::unique_ptr<Sink>> window_sink(std::string name, bool live) {
  return gstreamer_sink(std::move(name), "videoconvert ! autovideosink sync=false", live);
}

}  // namespace diolkos::live
