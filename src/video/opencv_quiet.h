// OpenCV, and FFmpeg, libpng and libjpeg below it, print on standard error. Diolkos says itself what went wrong.
#pragma once

#include <mutex>
#include <string>

namespace diolkos::video {

// Silences OpenCV's log and FFmpeg's (unless the user has set OPENCV_FFMPEG_LOGLEVEL), and keeps OpenCV to one
// thread: its work here is small, and the network's threads want the cores. To be called before OpenCV's video or
// image functions; takes effect once.
void quiet_opencv();

// libjpeg, libpng and parts of OpenCV write to C's `stderr` and cannot be told otherwise. While one of these lives,
// what its thread writes there is kept instead; other threads' words pass. One at a time: others wait.
class StderrCapture {
 public:
  StderrCapture();
  ~StderrCapture();
  StderrCapture(const StderrCapture&) = delete;
  StderrCapture& operator=(const StderrCapture&) = delete;

  std::string text() const;  // on one line, "; " between messages

 private:
  std::unique_lock<std::mutex> turn_;
};

}  // namespace diolkos::video
