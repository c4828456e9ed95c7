#include "segmentation_options.h"

#include <fmt/format.h>

#include "base/nearest_name.h"
#include "segmentation/model_settings.h"

namespace diolkos::cli {
namespace {

using segmentation::ClassNames;
using segmentation::Metadata;
using segmentation::Normalization;

tl::unexpected<Error> misuse(std::string message) { return failure(ErrorCode::usage, std::move(message)); }

template <class T>
Result<T> as_misuse(Result<T> result) {
  if (!result) return misuse(std::move(result).error().message);
  return result;
}

tl::unexpected<Error> unknown_choice(std::string_view option, const std::string& value,
                                     std::span<const std::string_view> choices) {
  return misuse(fmt::format("{} {}: expected one of: {}{}", option, value, fmt::join(choices, ", "),
                            did_you_mean(value, choices)));
}

Result<Normalization> to_normalization(const ImageOptions& options, const Metadata& metadata) {
  TRY_ASSIGN(const auto asked, asked_normalization(options));
  if (asked) return *asked;
  return segmentation::normalization_of(metadata);
}

Result<ClassNames> to_classes(const ImageOptions& options, const Metadata& metadata, int channels) {
  TRY_ASSIGN(auto asked, asked_classes(options));
  if (asked && channels > 1 && asked->size() != channels)
    return invalid(
        fmt::format("{}: {} class names, but the network has {} classes", options.classes, asked->size(), channels));
  if (asked) return std::move(*asked);
  return segmentation::class_names_of(metadata, channels);
}

Result<segmentation::PostprocessOptions> to_postprocess(const SegmentationOptions& options, const Metadata& metadata,
                                                        const ClassNames& names, int channels) {
  segmentation::MaskRequest request{{}, options.threshold, options.raw};
  if (!options.class_name.empty()) {
    TRY_ASSIGN(request.class_index, as_misuse(names.find(options.class_name)));
  } else if (channels != 1 && (options.raw || options.threshold)) {
    return misuse("--threshold and --raw hold one class against a threshold: give --class NAME");
  }
  return segmentation::postprocess_options(metadata, request);
}

}  // namespace

void add_image_options(CLI::App& command, ImageOptions& options) {
  command.add_option(
      "--normalize", options.normalize,
      "imagenet, symmetric (x / 127.5 - 1), unit (0 to 1) or none (0 to 255) [the model file's, or imagenet]");
  command.add_option("--mean", options.mean, "R,G,B in 0 to 1, with --std instead of --normalize");
  command.add_option("--std", options.std, "R,G,B in 0 to 1");
  command.add_option("--classes", options.classes, "A file of class names, one a line [the model file's, or VOC's]");
}

Result<std::optional<Normalization>> asked_normalization(const ImageOptions& options) {
  if (options.mean.empty() != options.std.empty()) return misuse("--mean and --std go together");
  if (!options.mean.empty()) {
    if (!options.normalize.empty()) return misuse("--mean and --std say what --normalize says: give one of them");
    Normalization custom;
    TRY_ASSIGN(custom.mean, as_misuse(segmentation::parse_rgb("--mean", options.mean)));
    TRY_ASSIGN(custom.std, as_misuse(segmentation::parse_rgb("--std", options.std)));
    if (Status sound = segmentation::check(custom); !sound) return misuse(std::move(sound).error().message);
    return std::optional<Normalization>{custom};
  }
  if (options.normalize.empty()) return std::optional<Normalization>{};
  const auto named = segmentation::normalization_named(options.normalize);
  if (!named) return unknown_choice("--normalize", options.normalize, segmentation::normalization_names());
  return std::optional<Normalization>{*named};
}

Result<std::optional<ClassNames>> asked_classes(const ImageOptions& options) {
  if (options.classes.empty()) return std::optional<ClassNames>{};
  TRY_ASSIGN(ClassNames names, ClassNames::read(options.classes));
  return std::optional<ClassNames>{std::move(names)};
}

void add_segmentation_options(CLI::App& command, SegmentationOptions& options) {
  command.add_option("--class", options.class_name,
                     "Mask this class, by name or index [the likeliest class of each pixel]");
  command.add_option("--threshold", options.threshold,
                     "The mask's least probability (with --raw: score) [the model file's, or 0.5]");
  command.add_flag("--raw", options.raw, "Hold the class's raw score against the threshold");
  command
      .add_option("--fit", options.fit, "crop (the largest centred part of the network's shape), letterbox or stretch")
      ->capture_default_str();
  command.add_option("--draw", options.drawing, "overlay, mask (0 and 255) or labels (palette PNG, index = class)")
      ->capture_default_str();
  command.add_option("--alpha", options.alpha, "How much an overlay covers, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  add_image_options(command, options);
}

Result<segmentation::Drawing> to_drawing(const SegmentationOptions& options) {
  const auto drawing = segmentation::drawing_named(options.drawing);
  if (!drawing) return unknown_choice("--draw", options.drawing, segmentation::kDrawingNames);
  return *drawing;
}

Result<Segmenting> to_segmenting(const SegmentationOptions& options, const Metadata& metadata,
                                 const runtime::Port& output) {
  Segmenting segmenting;
  const auto fit = segmentation::fit_named(options.fit);
  if (!fit) return unknown_choice("--fit", options.fit, segmentation::kFitNames);
  segmenting.stages.preprocess.fit = *fit;
  TRY_ASSIGN(segmenting.stages.preprocess.normalization, to_normalization(options, metadata));
  const int channels = segmentation::score_channels(output.dtype, output.shape);
  TRY_ASSIGN(segmenting.classes, to_classes(options, metadata, channels));
  TRY_ASSIGN(segmenting.stages.postprocess, to_postprocess(options, metadata, segmenting.classes, channels));
  TRY_ASSIGN(segmenting.stages.drawing, to_drawing(options));
  segmenting.stages.alpha = options.alpha;
  return segmenting;
}

}  // namespace diolkos::cli
