// The result of an evaluation, its JSON form "diolkos.eval/1" (docs/results.md), and what people read of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evaluate/dataset.h"
#include "evaluate/precision_curve.h"
#include "evaluate/tally.h"

namespace diolkos::evaluate {

// Everything that a figure hangs on. Two results are comparable where the protocols are equal.
struct Protocol {
  std::string images, masks, mask_format;
  std::int64_t count = 0;  // pairs of image and mask, all shards together
  std::int64_t images_without_mask = 0, masks_without_image = 0;
  std::string data_sha256;  // of the pairs' names
  std::string input;        // "1x3x513x513"
  std::string fit, normalization;
  std::string decision;  // "highest score", or "probability of dog >= 0.5"
  bool operator==(const Protocol&) const = default;
};

struct EvalRecord {
  struct Model {
    std::string name, format, architecture, sha256;
  } model;
  std::string runtime, precision, isa;
  int threads = 0;
  Protocol protocol;
  std::vector<std::string> classes;  // of the evaluated ones
  std::vector<Shard> shards;         // that the images are of; one 1/1 for all of them
  std::vector<ImageTally> images;    // by name
  std::vector<PrecisionCurve> curves;
  double elapsed_ms = 0;
  double processor_ms = 0;

  int class_count() const { return static_cast<int>(classes.size()); }
};

std::string to_json(const EvalRecord& record);
std::string to_text(const EvalRecord& record);
std::string protocol_text(const EvalRecord& record);  // " protocol: 205 of 205 images of …", three lines

// What to_json() wrote; errors name `origin`: no whole JSON, another schema, a field that is missing or of another
// kind, counts that cannot be.
Result<EvalRecord> parse_eval_record(std::string_view origin, std::string_view json);
Result<EvalRecord> read_eval_record(const std::filesystem::path& path);

// The shards of one evaluation to what a single run would have given, to the last digit. Errors name the file: another
// model, precision, runtime or protocol, a shard given twice, one that is missing.
Result<EvalRecord> merge(const std::vector<std::pair<std::string, EvalRecord>>& shards);

}  // namespace diolkos::evaluate
