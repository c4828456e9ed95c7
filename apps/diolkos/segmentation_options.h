// The options of commands that show a segmentation: how frames go into the network, what is made of its answer.
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "pipeline/network.h"
#include "pipeline/stages.h"
#include "segmentation/classes.h"
#include "segmentation/normalization.h"

namespace diolkos::cli {

// What a model file's metadata can hold as well.
struct ImageOptions {
  std::string normalize, mean, std;
  std::string classes;  // a file
};

void add_image_options(CLI::App& command, ImageOptions& options);
// What the command line says; nothing where it is silent.
Result<std::optional<segmentation::Normalization>> asked_normalization(const ImageOptions& options);
Result<std::optional<segmentation::ClassNames>> asked_classes(const ImageOptions& options);

struct SegmentationOptions : ImageOptions {
  std::string class_name;
  std::optional<double> threshold;
  bool raw = false;
  std::string fit = "crop";
  std::string drawing = "overlay";
  double alpha = 0.5;
};

void add_segmentation_options(CLI::App& command, SegmentationOptions& options);

// What does not hang on the model: to be checked before one is loaded.
Result<segmentation::Drawing> to_drawing(const SegmentationOptions& options);

struct Segmenting {
  pipeline::StageOptions stages;
  segmentation::ClassNames classes;
};

// The command line goes before the model file's metadata, and that before the defaults: ImageNet's normalisation, and
// VOC's names for 21 classes.
Result<Segmenting> to_segmenting(const SegmentationOptions& options, const segmentation::Metadata& metadata,
                                 const runtime::Port& output);

}  // namespace diolkos::cli
