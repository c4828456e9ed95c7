// What a report is made of, read from result files (docs/results.md).
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace diolkos::report {

struct Speed {
  std::string label, machine, model, model_sha256, runtime, precision;
  std::string network;  // its input and size: rows of one network are one chart, whatever its files are called
  int threads = 0;
  std::string missing;  // why nothing was measured; empty where the figures count
  double median_ms = 0, low_ms = 0, high_ms = 0, p90_ms = 0, p99_ms = 0;
  std::string verdict;  // "stable", "noisy: …"
  // What forgetting to synchronise would have claimed, and how many times too fast; 0: it works in its caller's thread.
  double claimed_ms = 0, claimed_times = 0;
  double fps() const { return median_ms > 0 ? 1000 / median_ms : 0; }
};

struct Accuracy {
  std::string label, model, model_sha256, runtime, precision, protocol;
  double miou = 0, low = 0, high = 0, pixel_accuracy = 0, boundary_iou = 0;
  std::optional<double> mean_average_precision;
  long long count = 0;
};

// Rows of one evaluation against each other: the share of pixels that both give the same class.
struct Agreement {
  std::vector<std::string> labels;
  std::vector<std::size_t> evaluated;       // of the labels: rows that have figures
  std::vector<std::vector<double>> shares;  // [label][label]
};

struct FlickerLine {  // of one network on one video
  std::string label, video;
  double flicker = 0, worst = 0, consistency = 0, followed = 0;
  std::optional<double> of_things;
};

inline constexpr std::array<const char*, 8> kStages = {"decode",   "preprocess",  "copy_in", "inference",
                                                       "copy_out", "postprocess", "draw",    "encode"};

struct Ledger {  // of one run over frames, or of a measurement's
  std::string label;
  std::array<double, kStages.size()> median_ms{};  // 0 for a stage that there was not
  double whole_ms = 0;
};

struct LayerTable {
  struct Layer {
    std::string name, kernel;
    double ms = 0, share = 0, gflops = 0;
  };
  std::string label;
  std::vector<Layer> layers;  // the slowest first
};

struct LayerErrors {  // of one network against another
  struct Layer {
    std::string name, op, precision;
    std::optional<double> sqnr_db;  // none: exact
    double lost_db = 0, mean_error = 0, max_error = 0, share = 0;
  };
  std::string label, inputs, first_bad;
  double bad_below_db = 0;
  std::vector<Layer> layers;  // in the reference's order
  struct Output {
    std::string name;
    double share = 0;
    std::optional<double> sqnr_db, argmax_agreement, mean_iou;
  };
  std::vector<Output> outputs;
};

struct MachineLine {
  std::string name, cpu, features, system;
  int threads = 0;
  double memory_mb = 0;
  bool operator==(const MachineLine&) const = default;
};

struct Results {
  std::vector<std::string> files;
  std::vector<Speed> speeds;
  std::vector<Accuracy> accuracies;
  std::vector<Agreement> agreements;
  std::vector<FlickerLine> flickers;
  std::vector<Ledger> ledgers;
  std::vector<LayerTable> layers;
  std::vector<LayerErrors> errors;
  std::vector<MachineLine> machines;
};

// Adds a document of diolkos.bench/1 or 2, bench_table/1 or 2, eval/1, eval_table/1, eval_video/1, run/1 or compare/1.
// Errors name `origin`: no whole JSON, another schema, a field that is missing, of another kind or not finite.
Status add(std::string_view origin, std::string_view json, Results& results);
Status add_file(const std::filesystem::path& path, Results& results);

}  // namespace diolkos::report
