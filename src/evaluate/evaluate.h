// A network held against true masks: every image of a dataset, counted. Decoding and scoring run beside inference.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "evaluate/dataset.h"
#include "evaluate/mask_file.h"
#include "evaluate/precision_curve.h"
#include "evaluate/tally.h"
#include "evaluate/worst.h"
#include "pipeline/network.h"
#include "pipeline/stages.h"

namespace diolkos::evaluate {

struct EvaluateOptions {
  pipeline::StageOptions stages;  // with a class in postprocess: that class against all others, as 1 and 0
  MaskFormat masks = MaskFormat::automatic;
  int classes = 0;        // of the network; with a class in postprocess 2 are evaluated
  std::size_t worst = 0;  // so many images of the lowest IoU are kept for pictures
  const std::atomic<bool>* stop = nullptr;
  std::function<void(std::int64_t done, std::int64_t total)> progress = {};
  // Each image's classes, in the order of the pairs.
  std::function<void(const segmentation::Image& predicted)> predicted = {};
};

struct Evaluation {
  std::vector<ImageTally> images;      // in the order of the pairs
  std::vector<PrecisionCurve> curves;  // of the evaluated classes; none where the network gives no scores
  std::vector<WorstImage> worst;       // the worst first
  double elapsed_ms = 0;
  double processor_ms = 0;  // of all threads
};

// Errors name the file: an image or a mask that cannot be read, a mask of another size than its image, a class in it
// that is not the network's.
Result<Evaluation> evaluate(pipeline::Network& network, const std::vector<Pair>& pairs, const EvaluateOptions& options);

}  // namespace diolkos::evaluate
