#include "finish_variant.h"

#include <algorithm>

#include <fmt/format.h>

#include "calibration_source.h"
#include "formats/tflite/raise.h"
#include "porting/float_ends.h"
#include "segmentation/classes.h"

namespace diolkos::cli {
namespace {

// The ends and the metadata, which is all that a sidecar tells.
tflite::Model ends_of(const tflite::Model& model) {
  tflite::Model ends;
  ends.metadata = model.metadata;
  const auto copy = [&](const std::vector<tflite::Port>& from, std::vector<tflite::Port>& to) {
    for (const tflite::Port& port : from) {
      tflite::TensorInfo info = model.tensor(port.tensor);
      info.data = Tensor{};
      to.push_back({port.name, ends.add_tensor(std::move(info))});
    }
  };
  copy(model.inputs, ends.inputs);
  copy(model.outputs, ends.outputs);
  return ends;
}

}  // namespace

Result<targets::SidecarFacts> sidecar_facts(const tflite::Model& model) {
  targets::SidecarFacts facts;
  TRY_ASSIGN(const auto normalization, segmentation::read_normalization(model.metadata));
  if (normalization) {
    facts.normalize = segmentation::name_of(*normalization);
    facts.mean = normalization->mean;
    facts.deviation = normalization->std;
  }
  TRY_ASSIGN(const auto classes, segmentation::read_class_names(model.metadata));
  if (classes)
    for (int i = 0; i < classes->size(); ++i) facts.classes.push_back(classes->name(i));
  TRY_ASSIGN(const auto thresholds, segmentation::read_class_thresholds(model.metadata));
  for (const segmentation::ClassThreshold& entry : thresholds)
    facts.thresholds.push_back({entry.class_index, classes ? classes->name(entry.class_index) : "", entry.raw,
                                entry.threshold, entry.agreement});
  return facts;
}

VariantFinisher::VariantFinisher(const porting::LoadedModel& model, const TfliteOptions& options) {
  if (options.calibrate.empty() || options.threshold_samples == 0) return;
  const auto open = [&model, options]() -> Result<pipeline::Samples> {
    TRY_ASSIGN(CalibrationData data,
               open_calibration(options.calibrate, std::min(options.samples, options.threshold_samples), model.graph,
                                options.segmentation));
    return std::move(data.next);
  };
  carrier_ = std::make_unique<pipeline::ThresholdCarrier>(model.graph, open, options.probability, 0);
  if (!carrier_->applies()) carrier_.reset();
}

Status VariantFinisher::finish(quantize::Variant variant, const std::filesystem::path& path, tflite::Model& model) {
  if (!quantize::needs_calibration(variant)) return {};
  if (carrier_) TRY(carry(variant, model));
  described_.emplace_back(path, ends_of(model));
  return {};
}

Status VariantFinisher::carry(quantize::Variant variant, tflite::Model& model) {
  const bool wide = quantize::has_int16_activations(variant);
  auto found = known_.find(wide);
  if (found == known_.end()) {
    TRY_ASSIGN(graph::Graph graph, tflite::raise(model));
    TRY(porting::give_float_ends(graph));
    TRY_ASSIGN(auto thresholds, carrier_->carry(std::move(graph)));
    found = known_.emplace(wide, std::move(thresholds)).first;
  }
  segmentation::write_metadata(found->second, model.metadata);
  return {};
}

Status VariantFinisher::write_sidecars() const {
  for (const auto& [path, model] : described_) {
    TRY_ASSIGN(const targets::SidecarFacts facts, sidecar_facts(model));
    TRY(targets::write_sidecar(path, model, facts));
  }
  return {};
}

std::string VariantFinisher::summary() const {
  std::string text;
  for (const auto& [wide, thresholds] : known_) {
    std::map<int, double> best;
    for (const segmentation::ClassThreshold& entry : thresholds)
      best[entry.class_index] = std::max(best[entry.class_index], entry.agreement);
    if (best.empty()) continue;
    double sum = 0, least = 1;
    for (const auto& [index, agreement] : best) {
      sum += agreement;
      least = std::min(least, agreement);
    }
    text += fmt::format("{}: thresholds of {} class{} carried over; masks agree with the float network's to IoU {:.4f} "
                        "on average, {:.4f} at least\n", wide ? "int16" : "int8", best.size(),
                        best.size() == 1 ? "" : "es", sum / static_cast<double>(best.size()), least);
  }
  return text;
}

}  // namespace diolkos::cli
