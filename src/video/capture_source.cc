#include "video/capture_source.h"

#include <cmath>

#include <fmt/format.h>
#include <opencv2/videoio.hpp>

#include "base/log.h"
#include "base/mapped_file.h"
#include "video/camera_trouble.h"
#include "video/completeness.h"
#include "video/opencv_quiet.h"

namespace diolkos::video {
namespace {

constexpr double kMostFps = 1000;  // some files declare their time base's ticks
constexpr int kNetworkPatienceMs = 4000;
constexpr const char* kAppsink =
    " ! videoconvert ! video/x-raw,format=BGR ! appsink drop=true max-buffers=1 sync=false";

class CaptureSource : public Source {
 public:
  CaptureSource(SourceInfo info, cv::VideoCapture capture) : info_(std::move(info)), capture_(std::move(capture)) {}

  const SourceInfo& info() const override { return info_; }

  Result<bool> next(Frame& frame) override try {
    cv::Mat pixels(frame.image.height(), frame.image.width(), CV_8UC3, frame.image.pixels().data());
    const std::uint8_t* const kept = pixels.data;
    if (!capture_.read(pixels) || pixels.empty()) return end();
    if (pixels.type() != CV_8UC3)
      return unsupported(fmt::format("{}: frames of OpenCV's type {}, expected 8-bit BGR", info_.name, pixels.type()));
    if (pixels.data != kept) copy(pixels, frame.image);
    frame.index = read_;
    frame.name = fmt::format("{:06}", read_);
    ++read_;
    return true;
  } catch (const cv::Exception& error) {
    return invalid(fmt::format("{}: frame {} cannot be decoded: {}", info_.name, read_, error.err));
  }

 private:
  static void copy(const cv::Mat& pixels, segmentation::Image& image) {
    image.reshape(pixels.cols, pixels.rows, segmentation::PixelFormat::bgr);
    pixels.copyTo(cv::Mat(pixels.rows, pixels.cols, CV_8UC3, image.pixels().data()));
  }

  Result<bool> end() const {
    if (read_ == 0) return invalid(fmt::format("{}: no frame can be decoded", info_.name));
    if (info_.kind == SourceInfo::Kind::camera)
      log::warning(fmt::format("{}: the camera gives no frames any more, after {}", info_.name, read_));
    if (info_.frames && read_ < *info_.frames)
      log::warning(fmt::format("{}: {} of {} declared frames could be decoded", info_.name, read_, *info_.frames));
    return false;
  }

  SourceInfo info_;
  cv::VideoCapture capture_;
  std::int64_t read_ = 0;
};

double sane_fps(double fps) { return std::isfinite(fps) && fps > 0 && fps <= kMostFps ? fps : 0; }

std::unique_ptr<Source> live(const std::string& name, cv::VideoCapture capture) {
  SourceInfo info{name, SourceInfo::Kind::camera, std::nullopt, sane_fps(capture.get(cv::CAP_PROP_FPS))};
  return std::make_unique<CaptureSource>(std::move(info), std::move(capture));
}

}  // namespace

Result<std::unique_ptr<Source>> open_video(const std::filesystem::path& path) try {
  quiet_opencv();
  const std::string name = path.string();
  {
    TRY_ASSIGN(const auto file, MappedFile::open(path));
    if (file->bytes().empty()) return invalid(fmt::format("{}: is empty, expected an image or a video", name));
    if (const auto cut = find_cut(file->bytes()))
      return invalid(
          fmt::format("{}: the video is cut: {}; take it from its origin again, or save what is there with "
                      "'ffmpeg -i FILE -c copy WHOLE'",
                      name, *cut));
  }
  cv::VideoCapture capture;
  if (!capture.open(name, cv::CAP_FFMPEG))
    return invalid(fmt::format("{}: is neither an image nor a video that can be read", name));
  capture.set(cv::CAP_PROP_ORIENTATION_AUTO, 1);
  SourceInfo info{name, SourceInfo::Kind::video, std::nullopt, sane_fps(capture.get(cv::CAP_PROP_FPS))};
  const double frames = capture.get(cv::CAP_PROP_FRAME_COUNT);
  if (frames >= 1 && frames < 1e12) info.frames = static_cast<std::int64_t>(frames);
  return std::unique_ptr<Source>(std::make_unique<CaptureSource>(std::move(info), std::move(capture)));
} catch (const cv::Exception& error) {
  return invalid(fmt::format("{}: cannot be opened as a video: {}", path.string(), error.err));
}

Result<std::unique_ptr<Source>> open_camera(const std::string& name, int index, const CameraOptions& options) try {
  quiet_opencv();
  cv::VideoCapture capture;
  if (!capture.open(index, cv::CAP_V4L2))
    return io_failure(fmt::format("{}: camera {} cannot be opened: {}", name, index,
                                  camera_trouble(fmt::format("/dev/video{}", index))));
  if (options.size.width > 0) {
    // Beyond VGA most USB cameras reach their frame rate only with Motion JPEG.
    capture.set(cv::CAP_PROP_FOURCC, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'));
    capture.set(cv::CAP_PROP_FRAME_WIDTH, options.size.width);
    capture.set(cv::CAP_PROP_FRAME_HEIGHT, options.size.height);
  }
  if (options.fps > 0) capture.set(cv::CAP_PROP_FPS, options.fps);
  return live(name, std::move(capture));
} catch (const cv::Exception& error) {
  return io_failure(fmt::format("{}: camera {}: {}", name, index, error.err));
}

Result<std::unique_ptr<Source>> open_network(const std::string& name, const std::string& url) try {
  quiet_opencv();
  cv::VideoCapture capture;
  const std::vector<int> limits{cv::CAP_PROP_OPEN_TIMEOUT_MSEC, kNetworkPatienceMs, cv::CAP_PROP_READ_TIMEOUT_MSEC,
                                kNetworkPatienceMs};
  if (!capture.open(url, cv::CAP_FFMPEG, limits))
    return io_failure(fmt::format("{}: gives no video; is the server up, and the address right?", name));
  return live(name, std::move(capture));
} catch (const cv::Exception& error) {
  return io_failure(fmt::format("{}: {}", name, error.err));
}

Result<std::unique_ptr<Source>> open_gstreamer(const std::string& name, const std::string& pipeline) try {
  quiet_opencv();
  const bool whole = pipeline.find("appsink") != std::string::npos;
  const std::string text = whole ? pipeline : pipeline + kAppsink;
  cv::VideoCapture capture;
  if (!capture.open(text, cv::CAP_GSTREAMER))
    return io_failure(fmt::format("{}: GStreamer cannot start this pipeline; try 'gst-launch-1.0 {} ! fakesink'", name,
                                  pipeline));
  return live(name, std::move(capture));
} catch (const cv::Exception& error) {
  return io_failure(fmt::format("{}: {}", name, error.err));
}

}  // namespace diolkos::video
