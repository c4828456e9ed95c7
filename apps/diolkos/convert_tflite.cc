#include "convert_tflite.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/nearest_name.h"
#include "calibration_source.h"
#include "finish_variant.h"
#include "output.h"
#include "progress.h"
#include "quantize/write_variants.h"

namespace diolkos::cli {
namespace {

namespace fs = std::filesystem;

Result<quantize::QuantizeOptions> to_quantize_options(const TfliteOptions& options) {
  quantize::QuantizeOptions result;
  TRY_ASSIGN(result.range, asked_range(options));
  result.bias_correction = !options.no_bias_correction;
  result.equalize = options.equalize;
  result.weight_search = !options.no_weight_search;
  result.keep_float = {options.keep_float.begin(), options.keep_float.end()};
  result.keep_int16 = {options.mixed.begin(), options.mixed.end()};
  return result;
}

// "fcn_resnet50" of "models/fcn_resnet50.pth" and of "fcn_resnet50:random".
std::string stem_of(const porting::LoadedModel& model) {
  return model.architecture.empty() || model.format != porting::FileFormat::random
             ? fs::path(model.name).stem().string()
             : model.architecture;
}

Result<std::vector<quantize::Destination>> to_destinations(const porting::LoadedModel& model, const std::string& output,
                                                           const TfliteOptions& options) {
  if (options.folder.empty()) {
    if (fs::path(output).extension() != ".tflite")
      return failure(ErrorCode::usage,
                     fmt::format("{}: --quantize writes TFLite; expected a file name ending in .tflite", output));
    const std::string wanted = options.variant.empty() ? "float32" : options.variant;
    const auto variant = quantize::variant_named(wanted);
    if (variant) return std::vector<quantize::Destination>{{*variant, output}};
    std::vector<std::string_view> known;
    for (quantize::Variant one : quantize::kVariants) known.push_back(quantize::short_name_of(one));
    return failure(ErrorCode::usage, fmt::format("--quantize {}: expected one of: {}{}", wanted, fmt::join(known, ", "),
                                                 did_you_mean(wanted, known)));
  }
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (error) return io_failure(fmt::format("{}: {}", options.folder, error.message()));
  return quantize::all_variants(options.folder, stem_of(model));
}

}  // namespace

Result<quantize::RangeOptions> asked_range(const TfliteOptions& options) {
  const auto method = quantize::range_method_named(options.method);
  if (!method)
    return failure(ErrorCode::usage, fmt::format("--method {}: expected one of: {}{}", options.method,
                                                 fmt::join(quantize::range_method_names(), ", "),
                                                 did_you_mean(options.method, quantize::range_method_names())));
  return quantize::RangeOptions{*method, options.percentile};
}

bool TfliteOptions::wanted(const std::string& output) const {
  return !folder.empty() || !variant.empty() || fs::path(output).extension() == ".tflite";
}

void add_tflite_options(CLI::App& command, TfliteOptions& options) {
  command.add_option("--tflite", options.folder, "Write all seven TFLite variants into this folder");
  command.add_option("--quantize", options.variant,
                     "For -o FILE.tflite: float32, float16, dynamic_range, integer, full_integer, integer_int16 or "
                     "full_integer_int16 [float32]");
  command.add_option("--calibrate", options.calibrate,
                     "Images like those that the network will see: a folder, a video, or .npy tensors");
  command.add_option("--samples", options.samples, "At most so many calibration samples")
      ->check(CLI::Range(1, 1000000))->capture_default_str();
  command.add_option("--method", options.method, "Ranges of activations: min-max, percentile, entropy or mse")
      ->capture_default_str();
  command.add_option("--percentile", options.percentile, "With --method percentile")
      ->check(CLI::Range(50.0, 100.0))->capture_default_str();
  command.add_flag("--no-bias-correction", options.no_bias_correction,
                   "Leave the mean error of rounded weights in the outputs");
  command.add_flag("--no-weight-search", options.no_weight_search,
                   "Scale weights by their largest, not by the least squared error");
  command.add_flag("--equalize", options.equalize,
                   "Bring channels between two convolutions to like ranges first (cross-layer equalization)");
  command.add_option("--keep-float", options.keep_float, "Operators, by their output's name, that stay in float32")
      ->delimiter(',');
  command.add_option("--mixed", options.mixed, "Operators that compute with int16 activations")->delimiter(',');
  command.add_option("--threshold", options.probability,
                     "The probability whose masks the quantized files' carried thresholds shall meet")
      ->check(CLI::Range(0.5, 1.0))->capture_default_str();
  command.add_option("--threshold-samples", options.threshold_samples,
                     "Calibration samples that thresholds are carried over on; 0 to leave them out")
      ->check(CLI::Range(0, 1000000))->capture_default_str();
  command.add_option("--fit", options.segmentation.fit, "Calibration images: crop, letterbox or stretch")
      ->capture_default_str();
  command.add_option("--normalize", options.segmentation.normalize,
                     "The network's images: imagenet, symmetric, unit or none [the model file's, or imagenet]");
  command.add_option("--mean", options.segmentation.mean, "R,G,B in 0 to 1, with --std instead of --normalize");
  command.add_option("--std", options.segmentation.std, "R,G,B in 0 to 1");
}

Result<ExitStatus> write_tflite(const porting::LoadedModel& model, const std::string& output,
                                const TfliteOptions& options) {
  TRY_ASSIGN(quantize::QuantizeOptions quantize_options, to_quantize_options(options));
  TRY_ASSIGN(const auto destinations, to_destinations(model, output, options));
  CalibrationData data;
  if (!options.calibrate.empty()) {
    TRY_ASSIGN(data, open_calibration(options.calibrate, options.samples, model.graph, options.segmentation));
  }
  VariantFinisher finisher(model, options);
  const auto calibrated = [](const quantize::Destination& to) { return quantize::needs_calibration(to.variant); };
  if (std::ranges::any_of(destinations, calibrated))
    if (Status looked = finisher.look(); !looked) return failure(within(model.name, std::move(looked).error()));
  quantize_options.finish = [&](quantize::Variant variant, const fs::path& path, tflite::Model& quantized) {
    return finisher.finish(variant, path, quantized);
  };
  Result<std::vector<quantize::WrittenFile>> written;
  {
    ProgressBar bar("calibrating");
    quantize::CalibrateOptions calibrate_options;
    calibrate_options.progress = [&](int done) { bar.update(done, data.samples); };
    written = quantize::write_variants(model.graph, destinations, data.next, quantize_options, calibrate_options);
  }
  if (!written) return failure(within(model.name, std::move(written).error()));
  TRY(finisher.write_sidecars());
  for (const quantize::WrittenFile& file : *written)
    print(fmt::format("{}: {} operators, {:.1f} MB\n", file.path.string(), file.operators,
                      1e-6 * static_cast<double>(file.bytes)));
  print(finisher.summary());
  return kOk;
}

}  // namespace diolkos::cli
