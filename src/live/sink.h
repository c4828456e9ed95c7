// Where frames go when they are segmented. Each sink has a thread of its own.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "live/frame.h"

namespace diolkos::live {

class Sink {
 public:
  virtual ~Sink() = default;
  virtual std::string name() const = 0;         // as it was asked for
  virtual bool every_frame() const = 0;         // of a source that can wait; otherwise the latest wins
  // The picture that write() will look at, if any, for a frame made now.
  virtual std::optional<View> view(const Settings& settings) const = 0;
  // An error that passes (a full disk) may come for some frames; the next frame is tried again.
  virtual Status write(const Frame& frame) = 0;
  virtual Status finish() = 0;                  // after the last frame
  // Why it takes no frames any more, where that is no error: its window was closed. Looked at after write().
  virtual std::optional<std::string> ended() const { return std::nullopt; }
};

}  // namespace diolkos::live
