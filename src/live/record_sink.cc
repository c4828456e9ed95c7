#include "live/record_sink.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "segmentation/draw.h"
#include "video/sink.h"
#include "video/video_sink.h"

namespace diolkos::live {
namespace {

namespace fs = std::filesystem;

constexpr double kDefaultFps = 25;
constexpr double kLongestGapS = 10;                   // of a video: a longer one is shortened to it
constexpr std::uintmax_t kDiskReserve = 64ull << 20;  // bytes that are left alone
constexpr int kFramesPerDiskCheck = 16;

class RecordSink : public Sink {
 public:
  RecordSink(std::string name, std::string path, const RecordOptions& options)
      : name_(std::move(name)), path_(std::move(path)), options_(options), video_(video::is_video_ending(path_)) {}

  std::string name() const override { return name_; }
  bool every_frame() const override { return true; }
  std::optional<View> view(const Settings&) const override { return options_.view; }

  // To be called once before the first frame as well: errors come early.
  Status open(double fps) {
    video::SinkOptions sink;
    if (!options_.view) sink.labels = options_.palette;
    sink.fps = fps_ = fps > 0 ? fps : kDefaultFps;
    sink.hardware = true;
    TRY_ASSIGN(sink_, video::open_sink(path_, {name_, video::SourceInfo::Kind::camera, std::nullopt, fps}, sink));
    return {};
  }
  void close() { sink_.reset(); }

  Status write(const Frame& frame) override {
    if (!closed_) TRY(check_disk());
    if (closed_) return io_failure(why_closed_);
    if (!sink_) TRY(open(frame.source_fps));
    const segmentation::Image* picture = options_.view ? frame.picture(*options_.view) : &labels_of(frame);
    if (picture == nullptr) return failure(ErrorCode::internal, fmt::format("{}: no picture was drawn", name_));
    for (std::int64_t times = repetitions(frame); times > 0; --times) TRY(write_one(*picture, frame));
    return {};
  }

  Status finish() override {
    if (closed_ || !sink_) return {};
    return written_ == 0 ? Status() : sink_->finish();
  }

 private:
  const segmentation::Image& labels_of(const Frame& frame) {
    segmentation::draw_labels(frame.segmentation, labels_);
    return labels_;
  }

  // A live source may count from the start again when it comes back.
  Status write_one(const segmentation::Image& picture, const Frame& frame) {
    TRY(sink_->write(picture, options_.live ? fmt::format("{:08}", frame.captured.index) : frame.captured.name));
    ++written_;
    return {};
  }

  // How often the frame is to be written so that the video's time is the clock's.
  std::int64_t repetitions(const Frame& frame) {
    if (!options_.live || !video_) return 1;
    if (written_ == 0) start_ = frame.at;
    const double seconds = milliseconds_between(start_, frame.at) / 1000;
    const auto due = static_cast<std::int64_t>(std::floor(seconds * fps_ + 0.5)) + 1;
    const auto most = static_cast<std::int64_t>(kLongestGapS * fps_);
    const std::int64_t times = std::min(due - written_, most);
    if (due - written_ > most)
      start_ += std::chrono::duration_cast<Clock::duration>(
          std::chrono::duration<double>(static_cast<double>(due - written_ - most) / fps_));
    return times;
  }

  Status check_disk() {
    if (!video_ || writes_++ % kFramesPerDiskCheck != 0) return {};
    std::error_code error;
    const fs::space_info space = fs::space(fs::absolute(path_).parent_path(), error);
    if (error || space.available >= kDiskReserve) return {};
    closed_ = true;
    Status finished = sink_ && written_ > 0 ? sink_->finish() : Status();
    sink_.reset();
    why_closed_ = fmt::format("{}: the disk is full but for {} MB: {}", path_, space.available >> 20,
                              finished ? fmt::format("the video ends after {} frames", written_)
                                       : finished.error().message);
    return {};
  }

  std::string name_, path_;
  RecordOptions options_;
  bool video_;
  double fps_ = kDefaultFps;
  std::unique_ptr<video::Sink> sink_;
  segmentation::Image labels_;
  Clock::time_point start_;
  std::int64_t written_ = 0;
  int writes_ = 0;
  bool closed_ = false;
  std::string why_closed_;
};

}  // namespace

Result<std::unique_ptr<Sink>> open_record_sink(const video::Address& address, const RecordOptions& options) {
  TRY(address.check_keys({}));
  auto sink = std::make_unique<RecordSink>(address.text, address.place, options);
  TRY(sink->open(0));
  sink->close();
  return std::unique_ptr<Sink>(std::move(sink));
}

}  // namespace diolkos::live
