#include "video/pipeline_writer.h"

#include <fmt/format.h>
#include <opencv2/videoio.hpp>

#include "video/bgr_pixels.h"
#include "video/opencv_quiet.h"

namespace diolkos::video {
namespace {

class OpencvWriter : public PipelineWriter {
 public:
  OpencvWriter(std::string name, cv::VideoWriter writer) : name_(std::move(name)), writer_(std::move(writer)) {}

  Status write(const segmentation::Image& image) override try {
    writer_.write(bgr_pixels(image, colour_));
    return {};
  } catch (const cv::Exception& error) {
    return io_failure(fmt::format("{}: {}", name_, error.err));
  }

 private:
  std::string name_;
  cv::VideoWriter writer_;
  cv::Mat colour_;
};

}  // namespace

Result<std::unique_ptr<PipelineWriter>> open_pipeline(const std::string& name, const std::string& pipeline, int width,
                                                      int height, double fps) try {
  quiet_opencv();
  cv::VideoWriter writer;
  if (!writer.open("appsrc ! " + pipeline, cv::CAP_GSTREAMER, 0, fps, cv::Size(width, height)))
    return io_failure(fmt::format("{}: GStreamer cannot start this pipeline for {}x{} pixels; try "
                                  "'gst-launch-1.0 videotestsrc ! {}'",
                                  name, width, height, pipeline));
  return std::unique_ptr<PipelineWriter>(std::make_unique<OpencvWriter>(name, std::move(writer)));
} catch (const cv::Exception& error) {
  return io_failure(fmt::format("{}: {}", name, error.err));
}

}  // namespace diolkos::video
