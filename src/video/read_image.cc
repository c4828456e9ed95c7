#include "video/read_image.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>

#include "base/log.h"
#include "base/mapped_file.h"
#include "video/completeness.h"
#include "video/opencv_quiet.h"

namespace diolkos::video {
namespace {

struct Decoded {
  cv::Mat pixels;
  std::string complaint;
};

Decoded decode(std::span<const std::byte> bytes) {
  const StderrCapture messages;
  try {
    const cv::Mat file(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
    cv::Mat pixels = cv::imdecode(file, cv::IMREAD_COLOR);
    return {std::move(pixels), messages.text()};
  } catch (const cv::Exception& error) {
    return {{}, error.err};
  } catch (const std::exception& error) {
    return {{}, error.what()};
  }
}

}  // namespace

bool looks_like_image(const std::filesystem::path& path) {
  quiet_opencv();
  try {
    return cv::haveImageReader(path.string());
  } catch (const std::exception&) {
    return false;
  }
}

Status read_image(const std::filesystem::path& path, segmentation::Image& image) {
  quiet_opencv();
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  const std::span<const std::byte> bytes = file->bytes();
  if (bytes.empty()) return invalid(fmt::format("{}: is empty, expected an image", path.string()));
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return unsupported(
        fmt::format("{}: an image file of {} bytes, at most 2 GiB can be read", path.string(), bytes.size()));
  if (const auto cut = find_cut(bytes)) return invalid(fmt::format("{}: the image is cut: {}", path.string(), *cut));

  const Decoded decoded = decode(bytes);
  const cv::Mat& pixels = decoded.pixels;
  if (pixels.empty() || pixels.type() != CV_8UC3)
    return invalid(fmt::format("{}: cannot be decoded as an image{}{}", path.string(),
                               decoded.complaint.empty() ? "" : ": ", decoded.complaint));
  if (!decoded.complaint.empty()) log::warning(fmt::format("{}: {}", path.string(), decoded.complaint));
  image.reshape(pixels.cols, pixels.rows, segmentation::PixelFormat::bgr);
  for (int y = 0; y < pixels.rows; ++y) std::copy_n(pixels.ptr(y), image.stride(), image.row(y));
  return {};
}

}  // namespace diolkos::video
