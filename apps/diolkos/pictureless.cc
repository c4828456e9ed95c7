// What needs pictures, in the programs that read none: for boards, and the quick one.
#include "bench_stages.h"
#include "calibration_frames.h"
#include "command.h"

namespace diolkos::cli {

Result<CalibrationData> frames_as_samples(const std::string& path, std::int64_t, const graph::TensorType&,
                                          const segmentation::PreprocessOptions&) {
  hand_over();
  return unsupported(path + ": this program reads no pictures; calibrate on .npy tensors, or elsewhere");
}

void add_stages_options(CLI::App&, StagesOptions&) {}

Status measure_stages(const StagesOptions& options, const measure::LatencyProtocol&, Measured&) {
  hand_over();
  return unsupported(options.input + ": this program reads no pictures; measure the stages elsewhere");
}

}  // namespace diolkos::cli
