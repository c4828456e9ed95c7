#include "live/lines_sink.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "live/frame_line.h"

namespace diolkos::live {
namespace {

constexpr std::array<std::string_view, 1> kKeys = {"masks"};
constexpr int kTickMs = 100;
constexpr int kLastTicks = 20;  // what a reader gets to take the rest, once the run is to stop

class LinesSink : public Sink {
 public:
  LinesSink(std::string name, int file, MaskForm form, segmentation::ClassNames classes, const std::atomic<bool>* stop)
      : name_(std::move(name)), file_(file), form_(form), classes_(std::move(classes)), stop_(stop) {}
  ~LinesSink() override {
    if (file_ != STDOUT_FILENO) ::close(file_);
  }

  std::string name() const override { return name_; }
  bool every_frame() const override { return true; }
  std::optional<View> view(const Settings&) const override { return std::nullopt; }

  Status write(const Frame& frame) override {
    if (half_) TRY(send());  // a line that a full disk has cut is completed first
    write_line(frame, classes_, form_, line_);
    written_ = 0;
    return send();
  }
  Status finish() override { return half_ ? send() : Status(); }

 private:
  Status send() {
    half_ = true;
    for (int ticks = 0; written_ < line_.size();) {
      pollfd ready{file_, POLLOUT, 0};
      if (::poll(&ready, 1, kTickMs) == 0) {
        if (stop_ == nullptr || !*stop_ || ++ticks < kLastTicks) continue;
        return io_failure(fmt::format("{}: nobody takes the last lines", name_));
      }
      const ssize_t done = ::write(file_, line_.data() + written_, std::min(line_.size() - written_, kPiece));
      if (done < 0 && errno != EINTR && errno != EAGAIN)
        return io_failure(fmt::format("{}: {}", name_, std::strerror(errno)));
      if (done > 0) written_ += static_cast<std::size_t>(done);
    }
    half_ = false;
    return {};
  }

  static constexpr std::size_t kPiece = 4096;  // poll() promises room in a pipe for so much (PIPE_BUF)

  std::string name_;
  int file_;
  MaskForm form_;
  segmentation::ClassNames classes_;
  const std::atomic<bool>* stop_;
  std::string line_;
  std::size_t written_ = 0;
  bool half_ = false;  // a line has been begun
};

Result<MaskForm> form_of(const video::Address& address) {
  const auto found = address.query.find("masks");
  if (found == address.query.end() || found->second == "polygons") return MaskForm::polygons;
  if (found->second == "rle") return MaskForm::rle;
  if (found->second == "none") return MaskForm::none;
  return failure(ErrorCode::usage, fmt::format("{}: masks={}, expected polygons, rle or none", address.text, found->second));
}

}  // namespace

Result<std::unique_ptr<Sink>> open_lines_sink(const video::Address& address, const segmentation::ClassNames& classes,
                                              const std::atomic<bool>* stop) {
  TRY(address.check_keys(kKeys));
  TRY_ASSIGN(const MaskForm form, form_of(address));
  int file = STDOUT_FILENO;
  if (address.place != "-" && address.scheme != "stdout") file = ::open(address.place.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return io_failure(fmt::format("{}: {}", address.place, std::strerror(errno)));
  return std::unique_ptr<Sink>(std::make_unique<LinesSink>(address.text, file, form, classes, stop));
}

}  // namespace diolkos::live
