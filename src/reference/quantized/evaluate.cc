#include <cmath>
#include <vector>

#include "reference/evaluate.h"
#include "reference/quantized/operand.h"
#include "reference/quantized/quantized.h"

namespace diolkos::reference::quantized {
namespace {

using graph::Op;

bool only_moves(Op op) {
  switch (op) {
    case Op::Reshape:
    case Op::Flatten:
    case Op::Squeeze:
    case Op::Unsqueeze:
    case Op::Transpose:
    case Op::Slice:
    case Op::Split:
    case Op::Pad:
    case Op::Identity:
    case Op::Dropout:
    case Op::Gather:
    case Op::GatherElements:
    case Op::Expand:
    case Op::Tile:
    case Op::DepthToSpace:
    case Op::SpaceToDepth: return true;
    default: return false;
  }
}

// Nearest resizing, maxima and the like hand elements on unchanged, as long as the scale stays.
bool same_scale(const Call& call) {
  const graph::Quantization& out = output_quantization(call);
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    const auto& in = call.view.type(i).quantization;
    if (in && (in->scales != out.scales || in->zero_points != out.zero_points)) return false;
  }
  return true;
}

bool hands_on(const Call& call) {
  switch (call.op()) {
    case Op::MaxPool:
    case Op::Max:
    case Op::Min:
    case Op::ReduceMax:
    case Op::ReduceMin:
    case Op::GlobalMaxPool: return same_scale(call);
    case Op::Resize: return call.attributes().string_or("mode", "nearest") == "nearest" && same_scale(call);
    default: return false;
  }
}

Result<Tensor> dequantized(const Tensor& stored, const graph::Quantization& q) {
  TRY_ASSIGN(const Tensor integers, to_float32(stored));
  TRY_ASSIGN(Tensor real, Tensor::zeros(DType::float32, stored.shape()));
  std::int64_t inner = 1;
  for (int i = q.axis + 1; q.axis >= 0 && i < stored.shape().rank(); ++i) inner *= stored.shape()[i];
  const auto channels = static_cast<std::int64_t>(q.scales.size());
  const auto from = integers.as<float>();
  const auto to = real.mutable_as<float>();
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto c = static_cast<std::size_t>(channels == 1 ? 0 : static_cast<std::int64_t>(i) / inner % channels);
    to[i] = static_cast<float>(static_cast<double>(q.scales[c]) * (static_cast<double>(from[i]) - zero_point_of(q, c)));
  }
  return real;
}

Status quantize_into(const Tensor& real, const graph::Quantization& q, const Call& call, Tensor& stored) {
  const float inverse = 1.0f / q.scales[0];
  const auto from = real.as<float>();
  return visit_stored(call, stored.dtype(), [&]<class T>(Type<T>) -> Status {
    T* to = mutable_data<T>(stored);
    for (std::size_t i = 0; i < from.size(); ++i) {
      const double value = std::isnan(from[i]) ? 0.0 : static_cast<double>(std::round(from[i] * inverse));
      to[i] = saturated<T>(static_cast<std::int64_t>(std::clamp(value, -1e9, 1e9)) + q.zero_points[0]);
    }
    return {};
  });
}

Status through_float(const Call& call) {
  std::vector<Tensor> inputs(call.inputs.begin(), call.inputs.end());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].defined() || !call.view.type(i).quantization) continue;
    TRY_ASSIGN(inputs[i], dequantized(inputs[i], *call.view.type(i).quantization));
  }
  std::vector<Tensor> results;
  for (const Tensor& output : call.outputs) {
    TRY_ASSIGN(Tensor result, Tensor::zeros(DType::float32, output.shape()));
    results.push_back(std::move(result));
  }
  TRY(evaluate_plain(call.view.graph(), call.view.node(), inputs, results));
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& q = call.view.graph().value(call.view.node().outputs[i]).type.quantization;
    if (q) TRY(quantize_into(results[i], *q, call, call.outputs[i]));
  }
  return {};
}

bool is_int16(const Call& call) { return call.in(0).dtype() == DType::int16; }

bool over_image(const Call& call) {
  return call.in(0).shape().rank() == 4 && call.out().elements() == call.in(0).shape()[0] * call.in(0).shape()[1];
}

}  // namespace

bool computes(const Call& call) {
  const graph::Value& value = call.view.graph().value(call.view.node().output());
  return value.type.quantization.has_value() && !only_moves(call.op()) && !hands_on(call);
}

Status evaluate(const Call& call) {
  switch (call.op()) {
    case Op::Conv: return conv(call);
    case Op::ConvTranspose: return conv_transpose(call);
    case Op::Gemm: return fully_connected(call);
    case Op::Add:
    case Op::Sub: return add(call);
    case Op::Mul: return multiply_elements(call);
    case Op::AveragePool: return average_pool(call);
    case Op::GlobalAveragePool: return mean(call);
    case Op::ReduceMean: return over_image(call) ? mean(call) : through_float(call);
    case Op::Resize:
      return call.attributes().string_or("mode", "nearest") == "linear" ? resize_bilinear(call) : through_float(call);
    case Op::HardSwish: return is_int16(call) ? through_float(call) : hard_swish(call);
    case Op::Sigmoid: return is_int16(call) ? logistic16(call) : through_float(call);
    case Op::QuantizeLinear: return requantize(call);
    case Op::Relu:
    case Op::Clip: return clamp(call);
    case Op::LeakyRelu: return leaky_relu(call);
    case Op::Concat: return concat(call);
    default: return through_float(call);
  }
}

}  // namespace diolkos::reference::quantized
