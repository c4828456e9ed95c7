#include "video/video_sink.h"

#include <array>
#include <span>

#include <fmt/format.h>
#include <opencv2/videoio.hpp>

#include "base/mapped_file.h"
#include "base/output_file.h"
#include "video/bgr_pixels.h"
#include "video/completeness.h"
#include "video/file_ending.h"
#include "video/opencv_quiet.h"

namespace diolkos::video {
namespace {

namespace fs = std::filesystem;
using segmentation::Image;

constexpr double kDefaultFps = 25;

struct Codec {
  std::array<char, 5> fourcc;
  const char* name;
};

// In order of preference.
constexpr std::array kForMp4 = {Codec{"avc1", "H.264"}, Codec{"mp4v", "MPEG-4"}};
constexpr std::array kForMkv = {Codec{"H264", "H.264"}, Codec{"FMP4", "MPEG-4"}};
constexpr std::array kForAvi = {Codec{"MJPG", "Motion JPEG"}};
constexpr std::array kForWebm = {Codec{"VP80", "VP8"}};

constexpr std::array<std::string_view, 6> kEndings = {".mp4", ".m4v", ".mov", ".mkv", ".avi", ".webm"};

std::span<const Codec> codecs_for(const fs::path& path) {
  const std::string ending = lower_ending(path);
  if (ending == ".mkv") return kForMkv;
  if (ending == ".avi") return kForAvi;
  if (ending == ".webm") return kForWebm;
  return kForMp4;
}

class VideoSink : public Sink {
 public:
  VideoSink(OutputFile file, double fps, bool hardware) : file_(std::move(file)), fps_(fps), hardware_(hardware) {}

  Status write(const Image& image, const std::string& name) override try {
    if (codec_ == nullptr) TRY(open(image));
    if (image.width() != size_.width || image.height() != size_.height)
      return invalid(
          fmt::format("{}: frame {} is {}x{} pixels after {}x{} before; a video has one size: give a folder "
                      "as output",
                      place(), name, image.width(), image.height(), size_.width, size_.height));
    writer_.write(bgr_pixels(image, colour_));
    return {};
  } catch (const cv::Exception& error) {
    return io_failure(fmt::format("{}: frame {} cannot be encoded: {}", place(), name, error.err));
  }

  Status finish() override try {
    if (codec_ == nullptr) return invalid(fmt::format("{}: no frame was given", place()));
    writer_.release();
    TRY(check_whole());
    return file_.commit();
  } catch (const cv::Exception& error) {
    return io_failure(fmt::format("{}: cannot be completed: {}", place(), error.err));
  }

  std::string description() const override {
    if (codec_ == nullptr) return "video";
    return fmt::format("{} video at {:.4g} fps{}", codec_->name, fps_, by_hardware() ? " by hardware" : "");
  }

 private:
  std::string place() const { return file_.path().string(); }

  Status open(const Image& image) {
    size_ = {image.width(), image.height()};
    if (size_.width < 2 || size_.height < 2)
      return invalid(fmt::format("{}: frames of {}x{} pixels, a video needs 2x2", place(), size_.width, size_.height));
    const StderrCapture quiet;  // OpenCV complains of each codec that is not there
    for (const Codec& codec : codecs_for(file_.path())) {
      const auto& letter = codec.fourcc;
      const int fourcc = cv::VideoWriter::fourcc(letter[0], letter[1], letter[2], letter[3]);
      const bool by_hardware = hardware_ && open(fourcc, cv::VIDEO_ACCELERATION_ANY);
      if (!by_hardware && !open(fourcc, cv::VIDEO_ACCELERATION_NONE)) continue;
      codec_ = &codec;
      return {};
    }
    return unsupported(
        fmt::format("{}: FFmpeg has no encoder for a {} of {}x{} pixels; give another ending or a folder", place(),
                    lower_ending(file_.path()), size_.width, size_.height));
  }

  bool open(int fourcc, cv::VideoAccelerationType acceleration) {
    return writer_.open(file_.temporary().string(), cv::CAP_FFMPEG, fourcc, fps_, size_,
                        {cv::VIDEOWRITER_PROP_HW_ACCELERATION, acceleration});
  }

  bool by_hardware() const {
    return writer_.get(cv::VIDEOWRITER_PROP_HW_ACCELERATION) > static_cast<double>(cv::VIDEO_ACCELERATION_NONE);
  }

  // OpenCV tells nothing of a write that fails.
  Status check_whole() const {
    TRY_ASSIGN(const auto written, MappedFile::open(file_.temporary()));
    const auto cut = written->bytes().empty() ? std::optional<std::string>("it is empty") : find_cut(written->bytes());
    if (cut) return io_failure(fmt::format("{}: was not written whole: {}; is the disk full?", place(), *cut));
    return {};
  }

  OutputFile file_;
  double fps_;
  bool hardware_;
  cv::VideoWriter writer_;  // before the file in destruction: it closes what the file then removes
  const Codec* codec_ = nullptr;
  cv::Size size_;
  cv::Mat colour_;
};

}  // namespace

bool is_video_ending(const fs::path& path) { return ends_as(path, kEndings); }
std::string video_endings() { return fmt::format("{}", fmt::join(kEndings, ", ")); }

Result<std::unique_ptr<Sink>> open_video_sink(const fs::path& path, const SinkOptions& options) {
  quiet_opencv();
  TRY_ASSIGN(OutputFile file, OutputFile::create(path));
  return std::unique_ptr<Sink>(
      std::make_unique<VideoSink>(std::move(file), options.fps > 0 ? options.fps : kDefaultFps, options.hardware));
}

}  // namespace diolkos::video
