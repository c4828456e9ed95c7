#include "video/opencv_quiet.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <unistd.h>

#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

namespace diolkos::video {
namespace {

constexpr const char* kFfmpegQuiet = "-8";  // AV_LOG_QUIET

// A stream that keeps what it gets. It is never closed: a thread may still hold it when `stderr` is put back.
struct Recorder {
  std::mutex turn;
  std::atomic<std::thread::id> owner;
  std::string kept;  // the owner's
  std::FILE* stream = nullptr;
  std::FILE* standard_error = nullptr;

  Recorder() {
    cookie_io_functions_t functions{};
    functions.write = [](void* cookie, const char* text, std::size_t size) -> ssize_t {
      auto& self = *static_cast<Recorder*>(cookie);
      if (std::this_thread::get_id() != self.owner) return ::write(STDERR_FILENO, text, size);
      self.kept.append(text, size);
      return static_cast<ssize_t>(size);
    };
    stream = fopencookie(this, "w", functions);
    if (stream != nullptr) std::setvbuf(stream, nullptr, _IONBF, 0);
  }
};

Recorder& recorder() {
  static Recorder* const instance = new Recorder;
  return *instance;
}

}  // namespace

void quiet_opencv() {
  static std::once_flag once;
  std::call_once(once, [] {
    setenv("OPENCV_FFMPEG_LOGLEVEL", kFfmpegQuiet, 0);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    cv::setNumThreads(1);
  });
}

StderrCapture::StderrCapture() : turn_(recorder().turn) {
  Recorder& to = recorder();
  to.kept.clear();
  to.owner = std::this_thread::get_id();
  to.standard_error = stderr;
  if (to.stream != nullptr) stderr = to.stream;  // glibc: an ordinary variable
}

StderrCapture::~StderrCapture() {
  stderr = recorder().standard_error;
  recorder().owner = std::thread::id{};
}

std::string StderrCapture::text() const {
  std::string line;
  for (const char c : recorder().kept) {
    if (c == '\n')
      line += "; ";
    else
      line += c;
  }
  while (line.ends_with("; ")) line.resize(line.size() - 2);
  return line;
}

}  // namespace diolkos::video
