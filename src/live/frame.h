// One frame on its way through the stages, with all its buffers: they are used again for a later frame.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/tensor.h"
#include "live/disagreement.h"
#include "live/settings.h"
#include "pipeline/stage.h"
#include "segmentation/postprocess.h"
#include "segmentation/share.h"
#include "video/frame.h"

namespace diolkos::live {

using Clock = std::chrono::steady_clock;

inline double milliseconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

// A frame's way through one network.
struct Passage {
  segmentation::Geometry geometry;
  Tensor* input = nullptr;  // lent while the network needs it
  Tensor* output = nullptr;
};

// What the second network of an A/B run made of the frame.
struct Versus {
  Passage passage;
  segmentation::Segmentation segmentation;
  segmentation::Image heat;            // where they differed of late
  std::optional<Agreement> agreement;  // none where there is no second network
  double ms = 0;                       // of its inference
};

struct Frame {
  video::Frame captured;  // its index counts all frames that came, lost sources and dropped frames included
  Clock::time_point at;   // when it came from the source
  double source_fps = 0;  // as the source declares; 0 where it does not
  Passage passage;
  Settings settings;        // that it was segmented with
  segmentation::Segmentation segmentation;
  segmentation::Shares shares;
  Versus versus;
  std::array<segmentation::Image, kViewNames.size()> pictures;  // those that a sink asked for
  pipeline::StageTimes times;
  std::atomic<int> users = 0;  // sinks that have not done with it

  std::array<bool, kViewNames.size()> drawn{};  // which pictures are there

  // Null where nobody asked for it when the frame was drawn. `original` is the frame itself.
  const segmentation::Image* picture(View view) const {
    const auto index = static_cast<std::size_t>(view);
    return !drawn[index] ? nullptr : view == View::original ? &captured.image : &pictures[index];
  }
};

}  // namespace diolkos::live
