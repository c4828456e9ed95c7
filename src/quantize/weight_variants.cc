#include "quantize/weight_variants.h"

#include <fmt/format.h>

#include "base/half.h"
#include "quantize/integer_rules.h"

namespace diolkos::quantize {
namespace {

using tflite::Builtin;
using tflite::Model;
using tflite::TensorInfo;

constexpr std::int64_t kFewestElements = 1024;  // TFLite's converter leaves smaller weights alone

Result<Tensor> halved(const Tensor& values) {
  TRY_ASSIGN(Tensor half, Tensor::zeros(DType::float16, values.shape()));
  auto* bits = reinterpret_cast<std::uint16_t*>(half.mutable_data());
  for (float value : values.as<float>()) *bits++ = float_to_half(value);
  return half;
}

}  // namespace

Result<Model> to_float16(const Model& model) {
  Model result = model;
  std::vector<tflite::Operator> conversions;
  for (int i = 0; i < static_cast<int>(model.tensors.size()); ++i) {
    const TensorInfo& from = model.tensor(i);
    if (!from.is_constant() || from.dtype != DType::float32) continue;
    TRY_ASSIGN(Tensor half, halved(from.data));
    const int stored = result.add_tensor({from.name + "_float16", DType::float16, from.shape, {}, std::move(half)});
    result.tensor(i).data = Tensor{};
    conversions.push_back({Builtin::dequantize, {stored}, {i}, {}});
  }
  result.operators.insert(result.operators.begin(), conversions.begin(), conversions.end());
  return result;
}

Result<Model> to_dynamic_range(const Model& model, bool search, WeightCache& cache) {
  Model result = model;
  for (const tflite::Operator& op : result.operators) {
    if (!has_weights(op.builtin)) continue;
    const WeightLayout layout = weight_layout(op.builtin);
    TensorInfo& weight = result.tensor(op.inputs[layout.weight]);
    if (weight.dtype != DType::float32 || !weight.is_constant() || weight.data.elements() < kFewestElements) continue;
    if (op.builtin == Builtin::transpose_conv) continue;  // has no kernel with float input and int8 weights
    TRY_ASSIGN(QuantizedWeights rounded, cache.get(weight.name, weight.data, layout.channel_axis, search, {}));
    weight.dtype = DType::int8;
    weight.data = std::move(rounded.values);
    weight.quantization = std::move(rounded.parameters);
  }
  return result;
}

}  // namespace diolkos::quantize
