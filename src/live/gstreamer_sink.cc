#include "live/gstreamer_sink.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "live/left_behind.h"
#include "video/pipeline_writer.h"

namespace diolkos::live {
namespace {

constexpr double kDefaultFps = 30;
constexpr std::chrono::seconds kFarewell{3};

class GstreamerSink : public Sink {
 public:
  GstreamerSink(std::string name, std::string pipeline) : name_(std::move(name)), pipeline_(std::move(pipeline)) {}
  ~GstreamerSink() override { static_cast<void>(close()); }

  std::string name() const override { return name_; }
  bool every_frame() const override { return false; }
  std::optional<View> view(const Settings& settings) const override { return settings.view; }

  Status write(const Frame& frame) override {
    const segmentation::Image* const picture = frame.picture(frame.settings.view);
    if (picture == nullptr) return {};
    // A pipeline has one size.
    if (writer_ && (picture->width() != width_ || picture->height() != height_)) TRY(close());
    if (!writer_) {
      TRY_ASSIGN(writer_, video::open_pipeline(name_, pipeline_, picture->width(), picture->height(),
                                               frame.source_fps > 0 ? frame.source_fps : kDefaultFps));
      width_ = picture->width();
      height_ = picture->height();
    }
    return writer_->write(*picture);
  }
  Status finish() override { return close(); }

 private:
  // A pipeline that broke, or whose server is gone, may never come to its end.
  Status close() {
    if (!writer_ || done_within(kFarewell, [writer = std::shared_ptr(std::move(writer_))] {})) return {};
    return io_failure(fmt::format("{}: the pipeline did not come to its end within {} s", name_, kFarewell.count()));
  }

  std::string name_, pipeline_;
  std::unique_ptr<video::PipelineWriter> writer_;
  int width_ = 0, height_ = 0;
};

bool answers(const std::string& path) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::unique_ptr<Sink> gstreamer_sink(std::string name, std::string pipeline) {
  return std::make_unique<GstreamerSink>(std::move(name), std::move(pipeline));
}

std::unique_ptr<Sink> window_sink(std::string name) {
  return std::make_unique<GstreamerSink>(std::move(name), "videoconvert ! autovideosink sync=false");
}

std::optional<std::string> no_display() {
  const std::string wayland = variable("WAYLAND_DISPLAY"), x11 = variable("DISPLAY");
  if (!wayland.empty()) {
    const std::string path = wayland.starts_with('/') ? wayland : variable("XDG_RUNTIME_DIR") + "/" + wayland;
    if (answers(path)) return std::nullopt;
  }
  if (x11.empty()) return wayland.empty() ? "neither WAYLAND_DISPLAY nor DISPLAY is set"
                                          : fmt::format("WAYLAND_DISPLAY is {}, and nothing answers there", wayland);
  if (!x11.starts_with(':')) return std::nullopt;  // over the network, as ssh forwards it
  const std::string number = x11.substr(1, x11.find('.') - 1);
  if (answers("/tmp/.X11-unix/X" + number)) return std::nullopt;
  return fmt::format("DISPLAY is {}, and nothing answers there", x11);
}

}  // namespace diolkos::live
