// The part of `diolkos convert` that writes TFLite files.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "command.h"
#include "porting/load_model.h"
#include "quantize/range_method.h"
#include "segmentation_options.h"

namespace diolkos::cli {

struct TfliteOptions {
  std::string folder;    // --tflite: all seven
  std::string variant;   // --quantize: of the one file
  std::string calibrate;
  std::int64_t samples = 100;
  std::string method = "min-max";
  double percentile = 99.99;
  bool no_bias_correction = false;
  bool no_weight_search = false;
  bool equalize = false;
  std::vector<std::string> keep_float, mixed;
  double probability = 0.5;             // whose mask the carried thresholds shall meet
  std::int64_t threshold_samples = 16;  // 0: no thresholds are carried over
  SegmentationOptions segmentation;  // of which the pre-processing counts

  bool wanted(const std::string& output) const;
};

// --method and --percentile; a usage error for a method that there is not.
Result<quantize::RangeOptions> asked_range(const TfliteOptions& options);

void add_tflite_options(CLI::App& command, TfliteOptions& options);

// `output` is the file to write, or empty with --tflite.
Result<ExitStatus> write_tflite(const porting::LoadedModel& model, const std::string& output,
                                const TfliteOptions& options);

}  // namespace diolkos::cli
