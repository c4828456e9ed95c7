// How steady a network's masks are on a video: what changes between neighbouring frames beyond what motion explains.
// Its JSON form is "diolkos.eval_video/1" (docs/results.md).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "evaluate/eval_record.h"
#include "pipeline/network.h"
#include "pipeline/stages.h"
#include "segmentation/confusion.h"
#include "video/source.h"

namespace diolkos::evaluate {

// Of each frame but the first: the class that it has against the class that motion carries there from the frame before.
struct Flicker {
  explicit Flicker(int classes) : changes(classes) {}

  segmentation::Confusion changes;        // of all frames: "true" is what was carried there
  std::vector<double> per_frame;          // the share of followed pixels that change
  std::int64_t pixels = 0;                // of those frames
  std::int64_t followed = 0;              // of them those whose motion is known
  segmentation::Size size;
  int frames = 0;

  double share() const { return 1 - changes.pixel_accuracy(); }
  // Of the followed pixels that are not background (class 0) in both; nullopt where there are none.
  std::optional<double> share_of_things() const;
  // The mean IoU of frames with what was carried there: temporal consistency, as Varghese et al. (2020) have it.
  double consistency() const { return changes.mean_iou(); }
};

struct FlickerOptions {
  pipeline::StageOptions stages;
  int classes = 0;  // of the network; with a class in postprocess 2 are counted
  const std::atomic<bool>* stop = nullptr;
  std::function<void(std::int64_t done, std::int64_t total)> progress;
};

// Every frame, in order. Errors: fewer than two frames, frames of several sizes.
Result<Flicker> measure_flicker(pipeline::Network& network, video::Source& source, const FlickerOptions& options);

struct FlickerRow {
  std::string label;
  EvalRecord::Model model;
  std::string runtime, precision, isa;
  int threads = 0;
  std::string input, decision;
  std::optional<Flicker> flicker;
  std::string missing;  // why there is none
};

struct FlickerTable {
  std::string video;
  std::vector<FlickerRow> rows;
};

std::string to_json(const FlickerTable& table);
std::string to_text(const FlickerTable& table);

}  // namespace diolkos::evaluate
