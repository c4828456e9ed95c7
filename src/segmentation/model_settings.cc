#include "segmentation/model_settings.h"

#include "segmentation/class_threshold.h"

namespace diolkos::segmentation {
namespace {

constexpr double kDefaultThreshold = 0.5;
constexpr int kVocClasses = 21;

}  // namespace

int score_channels(DType dtype, const Shape& output) {
  return dtype == DType::float32 && output.rank() == 4 ? static_cast<int>(output[1]) : 0;
}

Result<Normalization> normalization_of(const Metadata& metadata) {
  TRY_ASSIGN(const auto stored, read_normalization(metadata));
  return stored ? *stored : *normalization_named("imagenet");
}

Result<ClassNames> class_names_of(const Metadata& metadata, int channels) {
  TRY_ASSIGN(auto stored, read_class_names(metadata));
  if (stored) return std::move(*stored);
  if (channels == 1) return ClassNames::parse("classes", "background\nforeground");
  return channels == kVocClasses || channels == 0 ? ClassNames::voc() : ClassNames();
}

Result<PostprocessOptions> postprocess_options(const Metadata& metadata, const MaskRequest& request) {
  PostprocessOptions options;
  TRY_ASSIGN(options.resize, read_grid_resize(metadata));
  options.class_index = request.class_index;
  options.raw = request.raw;
  options.threshold = request.threshold.value_or(kDefaultThreshold);
  if (!request.class_index || request.threshold) return options;
  TRY_ASSIGN(const auto thresholds, read_class_thresholds(metadata));
  const auto best = best_threshold(thresholds, *request.class_index, request.raw);
  if (!best) return options;
  options.raw = best->raw;
  options.threshold = best->threshold;
  return options;
}

}  // namespace diolkos::segmentation
