#include "video/paced_source.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace diolkos::video {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double kDefaultFps = 30;

class PacedSource : public Source {
 public:
  PacedSource(OpenSource open, std::unique_ptr<Source> source, SourceInfo info, std::chrono::duration<double> interval,
              bool loop)
      : open_(std::move(open)), source_(std::move(source)), info_(std::move(info)), interval_(interval), loop_(loop) {}

  const SourceInfo& info() const override { return info_; }

  Result<bool> next(Frame& frame) override {
    TRY_ASSIGN(bool more, source_->next(frame));
    if (!more && loop_) {
      TRY_ASSIGN(source_, open_());
      TRY_ASSIGN(more, source_->next(frame));
    }
    if (!more) return false;
    if (read_ == 0) start_ = Clock::now();
    std::this_thread::sleep_until(start_ + std::chrono::duration_cast<Clock::duration>(interval_ * read_));
    frame.index = read_++;
    if (loop_) frame.name = fmt::format("{:06}", frame.index);
    return true;
  }

 private:
  OpenSource open_;
  std::unique_ptr<Source> source_;
  SourceInfo info_;
  std::chrono::duration<double> interval_;  // 0: no pace
  bool loop_;
  std::int64_t read_ = 0;
  Clock::time_point start_;
};

}  // namespace

Result<std::unique_ptr<Source>> paced_source(OpenSource open, double fps, bool loop) {
  TRY_ASSIGN(auto source, open());
  SourceInfo info = source->info();
  if (fps <= 0) fps = info.fps > 0 ? info.fps : kDefaultFps;
  info.kind = SourceInfo::Kind::camera;
  info.fps = fps;
  if (loop) info.frames.reset();
  return std::unique_ptr<Source>(std::make_unique<PacedSource>(
      std::move(open), std::move(source), std::move(info), std::chrono::duration<double>(1 / fps), loop));
}

Result<std::unique_ptr<Source>> looped_source(OpenSource open) {
  TRY_ASSIGN(auto source, open());
  SourceInfo info = source->info();
  info.frames.reset();
  return std::unique_ptr<Source>(std::make_unique<PacedSource>(std::move(open), std::move(source), std::move(info),
                                                               std::chrono::duration<double>(0), true));
}

}  // namespace diolkos::video
