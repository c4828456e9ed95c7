// One network of `diolkos eval`: opened, described, held against a dataset.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "evaluate/eval_record.h"
#include "evaluate/evaluate.h"
#include "model_options.h"
#include "segmentation_options.h"
#include "segmenting_network.h"

namespace diolkos::cli {

struct EvalOptions {
  std::vector<std::string> models;
  ModelOptions model;  // but for its name
  RuntimeOptions runtime;
  SegmentationOptions segmentation;
  std::string images, masks;
  std::string video;
  std::string mask_format = "auto";
  std::string shard;
  std::vector<std::string> merge;
  std::pair<int, std::string> worst;
  std::string json;
  std::string history;
};

struct EvalNetwork : SegmentingNetwork {
  evaluate::EvalRecord record;  // all but what was counted
  evaluate::EvaluateOptions evaluation;
};

// Where running.refusal is set there is no network, and nothing can be evaluated.
Result<EvalNetwork> open_for_eval(const EvalOptions& options, const std::string& model, const RuntimeOptions& runtime);

std::string decision_of(const Segmenting& segmenting);  // "probability of dog >= 0.5"

// `predicted`, where given, sees each image's classes. The worst images are written where they are asked for.
Result<evaluate::EvalRecord> evaluate_network(const EvalOptions& options, const evaluate::Dataset& dataset,
                                              const evaluate::Shard& shard, EvalNetwork& network,
                                              std::function<void(const segmentation::Image&)> predicted = {});

// A document to --json and --history, where they are given; `text` for people.
Status write_eval(const EvalOptions& options, const std::string& document, const std::string& text);

}  // namespace diolkos::cli
