// What needs pictures, in a program that reads none.
#include "bench_stages.h"
#include "calibration_frames.h"

namespace diolkos::cli {

Result<CalibrationData> frames_as_samples(const std::string& path, std::int64_t, const graph::TensorType&,
                                          const segmentation::PreprocessOptions&) {
  return unsupported(path + ": this program, built for boards, reads no pictures; calibrate on .npy tensors, or elsewhere");
}

void add_stages_options(CLI::App&, StagesOptions&) {}

Status measure_stages(const StagesOptions& options, const measure::LatencyProtocol&, Measured&) {
  return unsupported(options.input + ": this program, built for boards, reads no pictures");
}

}  // namespace diolkos::cli
