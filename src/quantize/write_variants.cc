#include "quantize/write_variants.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.h"
#include "formats/tflite/legalize.h"
#include "formats/tflite/lower.h"
#include "formats/tflite/write_model.h"
#include "quantize/equalize_layers.h"

namespace diolkos::quantize {
namespace {

// The network in TFLite's operators: with HARD_SWISH, and without it for int16, which has no such kernel.
struct Lowered {
  graph::Graph graph;
  tflite::Model model;
};

bool has_hard_swish(const graph::Graph& graph) {
  const auto order = graph.order();
  return std::any_of(order.begin(), order.end(),
                     [&](graph::NodeId id) { return graph.node(id).op == graph::Op::HardSwish; });
}

Result<Lowered> lowered(const graph::Graph& graph, bool hard_swish, bool equalize) {
  Lowered result;
  result.graph = graph;
  if (equalize) {
    TRY_ASSIGN(const int pairs, equalize_layers(result.graph));
    log::note(fmt::format("equalized {} pairs of convolutions", pairs));
  }
  tflite::LegalizeOptions options;
  options.hard_swish = hard_swish;
  TRY(tflite::legalize(result.graph, options));
  TRY_ASSIGN(result.model, tflite::lower(result.graph));
  return result;
}

void add_names(const tflite::Model& model, std::set<std::string>& names) {
  for (const auto& tensor : model.tensors)
    if (!tensor.is_constant() && tensor.dtype == DType::float32) names.insert(tensor.name);
}

Status check_names(const std::set<std::string>& given, const tflite::Model& model) {
  for (const std::string& name : given)
    if (model.find_tensor(name) == tflite::kNoTensor)
      return invalid(fmt::format("'{}' is no operator's output in the TFLite network; 'info' lists the names", name));
  return {};
}

}  // namespace

Result<std::vector<WrittenFile>> write_variants(const graph::Graph& graph, std::span<const Destination> destinations,
                                                const SampleSource& samples, const QuantizeOptions& options,
                                                const CalibrateOptions& calibrate_options) {
  const auto asks = [&](bool (*what)(Variant)) {
    return std::any_of(destinations.begin(), destinations.end(),
                       [&](const Destination& to) { return what(to.variant); });
  };
  if (asks(needs_calibration) && !samples)
    return invalid("int8 and int16 activations need calibration data: give a folder of images like those that the "
                   "network will see (--calibrate photos/)");
  TRY_ASSIGN(const Lowered narrow, lowered(graph, true, options.equalize));
  const bool needs_wide = has_hard_swish(narrow.graph) && (asks(has_int16_activations) || !options.keep_int16.empty());
  Lowered wide = narrow;  // weights are shared
  if (needs_wide) {
    TRY_ASSIGN(wide, lowered(graph, false, options.equalize));
  }
  TRY(check_names(options.keep_float, wide.model));
  TRY(check_names(options.keep_int16, wide.model));
  Statistics statistics;
  if (samples) {
    std::set<std::string> names;
    add_names(narrow.model, names);
    add_names(wide.model, names);
    TRY_ASSIGN(statistics, calibrate(wide.graph, names, samples, calibrate_options));
  }
  WeightCache cache;
  std::vector<WrittenFile> written;
  for (const Destination& to : destinations) {
    const bool without_hard_swish = has_int16_activations(to.variant) || !options.keep_int16.empty();
    TRY_ASSIGN(tflite::Model model,
               quantize(without_hard_swish ? wide.model : narrow.model, to.variant, statistics, options, cache));
    if (options.finish) TRY(options.finish(to.variant, to.path, model));
    TRY(tflite::write_model(model, to.path));
    std::error_code ignored;
    written.push_back({to.path, to.variant, model.operators.size(), std::filesystem::file_size(to.path, ignored)});
  }
  return written;
}

std::vector<Destination> all_variants(const std::filesystem::path& folder, std::string_view stem) {
  std::vector<Destination> destinations;
  for (Variant variant : kVariants)
    destinations.push_back({variant, folder / fmt::format("{}_{}.tflite", stem, suffix_of(variant))});
  return destinations;
}

}  // namespace diolkos::quantize
