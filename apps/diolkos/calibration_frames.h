// Pictures as calibration data.
#pragma once

#include <string>

#include "calibration_source.h"
#include "segmentation/preprocess.h"

namespace diolkos::cli {

// At most `most` frames of an image, a folder or a video, spread evenly, as the network's `input`.
Result<CalibrationData> frames_as_samples(const std::string& path, std::int64_t most, const graph::TensorType& input,
                                          const segmentation::PreprocessOptions& options);

}  // namespace diolkos::cli
