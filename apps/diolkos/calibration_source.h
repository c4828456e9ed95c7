// Calibration data from the command line: images, a folder of them or a video through the application's own
// pre-processing, or raw tensors (.npy, or a folder of them).
#pragma once

#include <string>

#include "graph/graph.h"
#include "quantize/calibrate.h"
#include "segmentation_options.h"

namespace diolkos::cli {

struct CalibrationData {
  quantize::SampleSource next;
  std::int64_t samples = 0;  // how many there will be; 0: not known
};

// At most `most` samples, spread evenly over a folder or a video. The network must have one input.
Result<CalibrationData> open_calibration(const std::string& path, std::int64_t most, const graph::Graph& graph,
                                         const SegmentationOptions& options);

}  // namespace diolkos::cli
