// A source read in a thread of its own, so that nobody has to wait for one that hangs.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>

#include "base/result.h"
#include "live/frame.h"
#include "video/source.h"

namespace diolkos::live {

using OpenSource = std::function<Result<std::unique_ptr<video::Source>>()>;

class WatchedSource {
 public:
  enum class Event { frame, nothing, end };

  // What the reader reads into. They outlive it, so that a source that is opened again and again does not allocate them
  // again, each time in the memory of another thread.
  using Buffers = std::array<video::Frame, 2>;

  // Opens and reads from now on. With `latest` a frame that nobody has taken gives way to the next one, and is counted;
  // without it the reader waits. `buffers` are lent; of a reader that hangs they do not come back.
  WatchedSource(OpenSource open, bool latest, Buffers& buffers);
  // Waits a moment for the reader; one that hangs is left behind (left_behind.h).
  ~WatchedSource();
  WatchedSource(const WatchedSource&) = delete;
  WatchedSource& operator=(const WatchedSource&) = delete;

  // Swaps the next frame into `frame.captured`, with the time when it came (and, without `latest`, how long it took to
  // decode). `nothing`: none came within `patience`. Errors are the source's, from opening on.
  Result<Event> next(Frame& frame, std::chrono::milliseconds patience);
  // Frames that gave way since the last call.
  std::int64_t take_dropped();

 private:
  struct State;
  std::shared_ptr<State> state_;
  Buffers& buffers_;
};

}  // namespace diolkos::live
