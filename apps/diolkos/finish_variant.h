// What `convert` adds to a quantized file: thresholds carried over from the float network, and a sidecar.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "convert_tflite.h"
#include "pipeline/carry_thresholds.h"
#include "quantize/quantize_model.h"
#include "targets/sidecar.h"

namespace diolkos::cli {

// Types, classes, normalisation and thresholds of a model's metadata, for its sidecar.
Result<targets::SidecarFacts> sidecar_facts(const tflite::Model& model);

class VariantFinisher {
 public:
  VariantFinisher(const porting::LoadedModel& model, const TfliteOptions& options);

  // Before any variant is made: what the float network finds, while little else is in memory.
  Status look() { return carrier_ ? carrier_->look() : Status{}; }
  // For quantize::QuantizeOptions::finish.
  Status finish(quantize::Variant variant, const std::filesystem::path& path, tflite::Model& model);
  Status write_sidecars() const;  // once the files are there
  std::string summary() const;    // for people; empty where nothing was carried over

 private:
  Status carry(quantize::Variant variant, tflite::Model& model);

  std::unique_ptr<pipeline::ThresholdCarrier> carrier_;  // null where nothing is to be carried over
  std::map<bool, std::vector<segmentation::ClassThreshold>> known_;  // by whether activations are int16
  std::vector<std::pair<std::filesystem::path, tflite::Model>> described_;  // without constants
};

}  // namespace diolkos::cli
