// A file that behaves as a camera: each frame comes when it is due, as many a second as asked for.
#pragma once

#include <functional>
#include <memory>

#include "video/source.h"

namespace diolkos::video {

using OpenSource = std::function<Result<std::unique_ptr<Source>>()>;

// `fps` of 0: the file's own, or 30. With `loop` the file is opened again at its end.
Result<std::unique_ptr<Source>> paced_source(OpenSource open, double fps, bool loop);
// Every frame as soon as it is asked for, again from the start at the end.
Result<std::unique_ptr<Source>> looped_source(OpenSource open);

}  // namespace diolkos::video
