// The first stage: opens the source, opens it again with growing pauses when it is lost, says how it stands.
#pragma once

#include <functional>
#include <string>

#include "live/statistics.h"
#include "live/watched_source.h"

namespace diolkos::live {

struct SourceOptions {
  std::string name;
  OpenSource open;
  bool live = false;     // the latest frame wins
  bool returns = false;  // opened again when it is lost
  std::chrono::milliseconds silence{5000};  // of a source that returns: longer, and it counts as lost
  std::chrono::milliseconds shortest_pause{100}, longest_pause{1500};
};

struct CaptureHooks {
  std::function<Frame*()> take;  // a frame to fill; null: end
  std::function<void(Frame*)> hand_on, give_back;
  std::function<bool()> stopped;
};

// Until the source ends or `stopped`. A source that cannot be opened the first time is an error.
Status capture(const SourceOptions& options, const CaptureHooks& hooks, Statistics& statistics);

}  // namespace diolkos::live
