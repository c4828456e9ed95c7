// The places where frames wait between stages.
#pragma once

#include "live/channel.h"
#include "live/frame.h"

namespace diolkos::live {

struct Hops {
  static constexpr std::size_t kCount = 4;
  // Beside those that wait: one in each of the stages capture, pre-processing, post-processing, drawing, and those that
  // the network computes at once.
  static constexpr std::size_t frames(std::size_t streams) { return kCount + 4 + streams; }

  explicit Hops(bool live)
      : captured(1, when_full(live)),
        prepared(1, when_full(live)),
        inferred(1, when_full(live)),
        segmented(1, when_full(live)) {}

  static WhenFull when_full(bool live) { return live ? WhenFull::replace_oldest : WhenFull::wait; }

  void close() {
    for (Channel<Frame*>* hop : {&captured, &prepared, &inferred, &segmented}) hop->close();
  }

  Channel<Frame*> captured, prepared, inferred, segmented;
};

}  // namespace diolkos::live
