// Pictures to image files.
#pragma once

#include "video/sink.h"

namespace diolkos::video {

// One picture, written when it comes and named at finish().
Result<std::unique_ptr<Sink>> open_image_sink(const std::filesystem::path& path, const SinkOptions& options);

// FOLDER/NAME.png for each, made as they come.
Result<std::unique_ptr<Sink>> open_folder_sink(const std::filesystem::path& folder, const SinkOptions& options);

}  // namespace diolkos::video
