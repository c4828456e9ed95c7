#include "video/raw_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"

namespace diolkos::video {
namespace {

using segmentation::Image;
using segmentation::PixelFormat;

class RawSource : public Source {
 public:
  RawSource(int descriptor, const StreamRequest& request)
      : info_{request.name, request.live ? SourceInfo::Kind::camera : SourceInfo::Kind::video, std::nullopt, 0},
        descriptor_(descriptor),
        size_(request.size),
        format_(request.format) {}

  const SourceInfo& info() const override { return info_; }

  Result<bool> next(Frame& frame) override {
    Image& into = format_ == PixelFormat::gray ? gray_ : frame.image;
    into.reshape(size_.width, size_.height, format_ == PixelFormat::gray ? PixelFormat::gray : PixelFormat::bgr);
    TRY_ASSIGN(const std::size_t got, fill(into.pixels()));
    if (got == 0) return false;
    if (got < into.pixels().size()) {
      log::warning(fmt::format("{}: {} of the last frame's {} bytes came; it is left out", info_.name, got,
                               into.pixels().size()));
      return false;
    }
    to_bgr(frame.image);
    frame.index = read_++;
    frame.name = fmt::format("{:06}", frame.index);
    return true;
  }

 private:
  Result<std::size_t> fill(std::vector<std::uint8_t>& bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t got = ::read(descriptor_, bytes.data() + done, bytes.size() - done);
      if (got == 0) break;
      if (got > 0)
        done += static_cast<std::size_t>(got);
      else if (errno != EINTR)
        return io_failure(fmt::format("{}: {}", info_.name, std::strerror(errno)));
    }
    return done;
  }

  void to_bgr(Image& image) const {
    if (format_ == PixelFormat::rgb) {
      std::vector<std::uint8_t>& pixels = image.pixels();
      for (std::size_t i = 0; i + 2 < pixels.size(); i += 3) std::swap(pixels[i], pixels[i + 2]);
    } else if (format_ == PixelFormat::gray) {
      image.reshape(size_.width, size_.height, PixelFormat::bgr);
      std::uint8_t* to = image.pixels().data();
      for (const std::uint8_t value : gray_.pixels()) to = std::fill_n(to, 3, value);
    }
  }

  SourceInfo info_;
  int descriptor_;
  segmentation::Size size_;
  PixelFormat format_;
  Image gray_;
  std::int64_t read_ = 0;
};

}  // namespace

std::unique_ptr<Source> raw_source(int descriptor, const StreamRequest& request) {
  return std::make_unique<RawSource>(descriptor, request);
}

}  // namespace diolkos::video
