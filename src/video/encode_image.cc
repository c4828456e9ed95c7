#include "video/encode_image.h"

#include <array>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>

#include "video/file_ending.h"
#include "video/opencv_quiet.h"

namespace diolkos::video {
namespace {

constexpr std::array<std::string_view, 7> kEndings = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"};

}  // namespace

bool is_image_ending(const std::filesystem::path& path) { return ends_as(path, kEndings); }
bool is_png(const std::filesystem::path& path) { return lower_ending(path) == kEndings[0]; }
std::string image_endings() { return fmt::format("{}", fmt::join(kEndings, ", ")); }

Result<std::vector<std::byte>> encode_image(const segmentation::Image& image, const std::filesystem::path& path) try {
  quiet_opencv();
  const bool gray = image.format() == segmentation::PixelFormat::gray;
  const cv::Mat pixels(image.height(), image.width(), gray ? CV_8UC1 : CV_8UC3,
                       const_cast<std::uint8_t*>(image.pixels().data()));
  std::vector<std::uint8_t> encoded;
  if (!cv::imencode(lower_ending(path), pixels, encoded))
    return failure(ErrorCode::internal,
                   fmt::format("{}: {}x{} pixels cannot be encoded", path.string(), image.width(), image.height()));
  const auto* const bytes = reinterpret_cast<const std::byte*>(encoded.data());
  return std::vector<std::byte>(bytes, bytes + encoded.size());
} catch (const cv::Exception& error) {
  return unsupported(
      fmt::format("{}: {}x{} pixels cannot be encoded: {}", path.string(), image.width(), image.height(), error.err));
}

}  // namespace diolkos::video
