// Sources -> pre-processing -> network -> post-processing -> drawing -> sinks: a thread for each stage of each source,
// frames of a source in order. The network is one for all sources, which take turns.
//
// Of a live source the latest frame wins at every hop: a frame that waits gives way to a newer one, so that what is
// shown is never older than about one interval of the source and one inference (one of each source, where there are
// several). Of a file every frame is done: the slower stage makes the faster ones wait. A network of several streams
// computes as many frames at once. Frames and tensors go round;
// nothing is allocated once they have grown.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "live/capture.h"
#include "live/frame_stages.h"
#include "live/settings.h"
#include "live/sink.h"
#include "live/statistics.h"
#include "segmentation/palette.h"

namespace diolkos::live {

struct LiveOptions {
  bool smooth = false;  // masks over time (segmentation/smoother.h)
  segmentation::Palette palette = segmentation::voc_palette();
  std::optional<std::int64_t> most_frames;  // to stop after, of each source's those that reach the sinks
  const std::atomic<bool>* stop = nullptr;  // once true, no further frame is begun; what is under way is kept
};

// A source and where its frames go.
struct Feed {
  SourceOptions source;
  const std::vector<std::unique_ptr<Sink>>& sinks;
  Statistics& statistics;  // of these sinks, in this order
};

// Until all sources end, `stop`, or an error, which ends the others in good order: the network's, a source's, or, of a
// source that can wait, a sink's.
Status run_live(const Networks& networks, const LiveOptions& options, const SharedSettings& settings,
                std::span<const Feed> feeds);

}  // namespace diolkos::live
