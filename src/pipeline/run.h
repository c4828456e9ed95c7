// The running way, from source to sink: every frame, in order.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "base/result.h"
#include "pipeline/run_report.h"
#include "pipeline/stages.h"
#include "video/sink.h"
#include "video/source.h"

namespace diolkos::pipeline {

struct RunOptions {
  std::optional<std::int64_t> most_frames;  // to stop after
  const std::atomic<bool>* stop = nullptr;  // once true, no further frame is begun; what is done is kept whole
  // After each frame, by one thread at a time: frames done, and how many there will be (0: not known).
  std::function<void(std::int64_t done, std::int64_t total)> progress;
  // Decoding and encoding in threads of their own beside the rest. Stage times are then taken while others work.
  bool overlap = true;
};

// An error leaves no image and no video behind (frames already written to a folder stay).
// Several stages of the same options, each on a network of its own, compute as many frames at once where work overlaps.
Result<RunReport> run(video::Source& source, std::span<Stages> stages, video::Sink& sink,
                      const RunOptions& options = {});
inline Result<RunReport> run(video::Source& source, Stages& stages, video::Sink& sink, const RunOptions& options = {}) {
  return run(source, std::span(&stages, 1), sink, options);
}

}  // namespace diolkos::pipeline
