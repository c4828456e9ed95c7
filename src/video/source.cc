#include "video/source.h"

#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "video/capture_source.h"
#include "video/image_source.h"
#include "video/read_image.h"

namespace diolkos::video {
namespace {

namespace fs = std::filesystem;

// "0" or "/dev/video0"; a file of that name comes first.
std::optional<int> camera_index(std::string_view name) {
  constexpr std::string_view kDevice = "/dev/video";
  if (name.starts_with(kDevice))
    name.remove_prefix(kDevice.size());
  else if (std::error_code error; fs::exists(fs::path(name), error))
    return std::nullopt;
  int index = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc{} || end != name.data() + name.size() || index < 0) return std::nullopt;
  return index;
}

}  // namespace

Result<std::unique_ptr<Source>> open_source(const std::string& name) {
  if (const auto index = camera_index(name)) return open_camera(name, *index);
  if (name.find("://") != std::string::npos)
    return unsupported(
        fmt::format("{}: addresses are not read, expected an image, a folder, a video file or a camera", name));
  const fs::path path(name);
  std::error_code error;
  if (fs::is_directory(path, error)) return ImageSource::of_folder(path);
  if (!fs::exists(path, error)) return io_failure(fmt::format("{}: no such file", name));
  if (!fs::is_regular_file(path, error))
    return unsupported(
        fmt::format("{}: is no regular file, expected an image, a folder, a video file or a camera", name));
  if (looks_like_image(path)) return ImageSource::of_file(path);
  return open_video(path);
}

}  // namespace diolkos::video
