#include "quantize/integer_network.h"

#include <random>

#include "formats/tflite/legalize.h"
#include "formats/tflite/lower.h"
#include "formats/tflite/raise.h"

namespace diolkos::quantize {

Result<graph::Graph> integer_network(graph::Graph graph, Variant variant, const SampleSource& samples,
                                     const QuantizeOptions& options, const CalibrateOptions& calibrate_options) {
  tflite::LegalizeOptions legalize_options;
  legalize_options.hard_swish = !has_int16_activations(variant);
  TRY(tflite::legalize(graph, legalize_options));
  TRY_ASSIGN(const tflite::Model model, tflite::lower(graph));
  Statistics statistics;
  if (needs_calibration(variant)) {
    std::set<std::string> names;
    for (const auto& tensor : model.tensors)
      if (!tensor.is_constant() && tensor.dtype == DType::float32) names.insert(tensor.name);
    TRY_ASSIGN(statistics, calibrate(graph, names, samples, calibrate_options));
  }
  WeightCache cache;
  TRY_ASSIGN(const tflite::Model integers, quantize(model, variant, statistics, options, cache));
  return tflite::raise(integers);
}

SampleSource random_samples(const graph::Graph& graph, int count) {
  std::vector<graph::TensorType> types;
  for (const graph::ValueId id : graph.inputs()) types.push_back(graph.value(id).type);
  return [types, left = count, random = std::mt19937(0)]() mutable -> Result<std::optional<std::vector<Tensor>>> {
    if (left-- <= 0) return std::nullopt;
    std::normal_distribution<float> normal;
    std::vector<Tensor> sample;
    for (const graph::TensorType& type : types) {
      TRY_ASSIGN(Tensor tensor, Tensor::zeros(type.dtype, type.shape));
      if (type.dtype == DType::float32)
        for (float& value : tensor.mutable_as<float>()) value = normal(random);
      sample.push_back(std::move(tensor));
    }
    return sample;
  };
}

}  // namespace diolkos::quantize
