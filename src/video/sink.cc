#include "video/sink.h"

#include <fmt/format.h>

#include "video/encode_image.h"
#include "video/image_sink.h"
#include "video/video_sink.h"

namespace diolkos::video {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> misuse(std::string message) { return failure(ErrorCode::usage, std::move(message)); }

bool is_folder_name(const fs::path& path) {
  std::error_code error;
  return !path.has_filename() || fs::is_directory(path, error);
}

Result<std::unique_ptr<Sink>> open_image(const fs::path& path, const SourceInfo& source, const SinkOptions& options) {
  if (source.kind != SourceInfo::Kind::image)
    return misuse(fmt::format("{}: one image cannot hold the frames of {}; give a folder or a video file (.mp4)",
                              path.string(), source.name));
  if (options.labels && !is_png(path))
    return misuse(fmt::format("{}: class indices are kept by PNG only; give a name ending in .png", path.string()));
  return open_image_sink(path, options);
}

Result<std::unique_ptr<Sink>> open_video(const fs::path& path, const SinkOptions& options) {
  if (options.labels)
    return misuse(
        fmt::format("{}: a video does not keep class indices exactly; give a folder for PNG files", path.string()));
  return open_video_sink(path, options);
}

}  // namespace

Result<std::unique_ptr<Sink>> open_sink(const fs::path& path, const SourceInfo& source, const SinkOptions& options) {
  std::error_code error;
  if (path.empty()) return misuse("the output's name is empty");
  if (source.kind != SourceInfo::Kind::camera && fs::equivalent(path, source.name, error))
    return misuse(fmt::format("{}: is the input itself and would be overwritten; give another output", path.string()));
  if (is_folder_name(path)) return open_folder_sink(path, options);
  if (is_image_ending(path)) return open_image(path, source, options);
  if (is_video_ending(path)) return open_video(path, options);
  if (source.kind != SourceInfo::Kind::image && !path.has_extension()) return open_folder_sink(path, options);
  return misuse(fmt::format("{}: the ending tells what to write: {} for an image, {} for a video, '/' for a folder",
                            path.string(), image_endings(), video_endings()));
}

}  // namespace diolkos::video
