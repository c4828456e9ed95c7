#include "quantize/weight_variants.h"

#include "base/half.h"
#include "quantize/bias_correction.h"
#include "quantize/integer_rules.h"

namespace diolkos::quantize {
namespace {

using tflite::Builtin;
using tflite::kNoTensor;
using tflite::Model;
using tflite::Operator;
using tflite::TensorInfo;

constexpr std::int64_t kFewestElements = 1024;  // TFLite's converter leaves smaller weights alone

Result<Tensor> halved(const Tensor& values) {
  TRY_ASSIGN(Tensor half, Tensor::zeros(DType::float16, values.shape()));
  auto* bits = reinterpret_cast<std::uint16_t*>(half.mutable_data());
  for (float value : values.as<float>()) *bits++ = float_to_half(value);
  return half;
}

bool has_float_weights(const Model& model, const Operator& op) {
  if (!has_weights(op.builtin)) return false;
  const TensorInfo& weight = model.tensor(op.inputs[weight_layout(op.builtin).weight]);
  return weight.is_constant() && weight.dtype == DType::float32;
}

// Takes the mean error of approximated weights out of the bias. `from` holds the exact weights.
Status correct_bias(const Model& from, const Operator& op, const Tensor& approximation, const Statistics& statistics,
                    Model& to) {
  const int tensor = op.input(weight_layout(op.builtin).bias);
  if (tensor == kNoTensor || !from.tensor(tensor).is_constant()) return {};
  const auto error = mean_weight_error(from, op, approximation, statistics);
  if (error.empty()) return {};
  TRY_ASSIGN(Tensor bias, Tensor::zeros(DType::float32, from.tensor(tensor).shape));
  const auto exact = from.tensor(tensor).data.as<float>();
  for (std::size_t c = 0; c < error.size(); ++c) bias.mutable_as<float>()[c] = exact[c] + error[c];
  to.tensor(tensor).data = std::move(bias);
  return {};
}

}  // namespace

Result<Model> to_float16(const Model& model, const Statistics& statistics, const QuantizeOptions& options) {
  Model result = model;
  std::vector<Operator> conversions;
  for (const Operator& op : model.operators) {
    if (!has_float_weights(model, op)) continue;
    const int weight = op.inputs[weight_layout(op.builtin).weight];
    if (!result.tensor(weight).is_constant()) continue;  // shared with an operator before
    const TensorInfo& from = model.tensor(weight);
    TRY_ASSIGN(Tensor half, halved(from.data));
    if (options.bias_correction) {
      TRY_ASSIGN(const Tensor approximation, to_float32(half));
      TRY(correct_bias(model, op, approximation, statistics, result));
    }
    const int stored = result.add_tensor({from.name + "_float16", DType::float16, from.shape, {}, std::move(half)});
    result.tensor(weight).data = Tensor{};
    conversions.push_back({Builtin::dequantize, {stored}, {weight}, {}});
  }
  result.operators.insert(result.operators.begin(), conversions.begin(), conversions.end());
  return result;
}

Result<Model> to_dynamic_range(const Model& model, const Statistics& statistics, const QuantizeOptions& options,
                               WeightCache& cache) {
  Model result = model;
  for (const Operator& op : model.operators) {
    if (!has_float_weights(model, op) || op.builtin == Builtin::transpose_conv) continue;  // has no such kernel
    const WeightLayout layout = weight_layout(op.builtin);
    const TensorInfo& from = model.tensor(op.inputs[layout.weight]);
    if (from.data.elements() < kFewestElements) continue;
    TRY_ASSIGN(QuantizedWeights rounded,
               cache.get(from.name, from.data, layout.channel_axis, options.weight_search, {}));
    if (options.bias_correction) {
      TRY_ASSIGN(const Tensor approximation, dequantized(rounded));
      TRY(correct_bias(model, op, approximation, statistics, result));
    }
    TensorInfo& weight = result.tensor(op.inputs[layout.weight]);
    weight.dtype = DType::int8;
    weight.data = std::move(rounded.values);
    weight.quantization = std::move(rounded.parameters);
  }
  return result;
}

}  // namespace diolkos::quantize
