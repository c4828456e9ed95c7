// Conv, ConvTranspose, Gemm and MatMul.
#include <algorithm>

#include <fmt/format.h>

#include "formats/tflite/window_padding.h"

namespace diolkos::tflite {
namespace {

std::int32_t narrow(std::int64_t value) { return static_cast<std::int32_t>(value); }

// The constant float tensor that a weight must be.
Result<Tensor> weights(const Lowering& to, const graph::Node& node, std::size_t input) {
  const graph::Value& value = to.value(node.input(input));
  if (!value.is_constant())
    return not_in_tflite(node, fmt::format("weight '{}' is computed; TFLite wants a constant", value.name));
  return *value.constant;
}

Result<int> bias(Lowering& to, const graph::Node& node, std::size_t input, std::int64_t channels) {
  if (node.input(input) != graph::kNoValue) return to.tensor(node.input(input));
  TRY_ASSIGN(Tensor zeros, Tensor::zeros(DType::float32, Shape{channels}));
  return to.constant(fmt::format("{}/bias", to.value(node.output()).name), std::move(zeros));
}

Status fully_connected(Lowering& to, const graph::Node& node, Tensor weight, bool transpose) {
  if (transpose) {
    const Shape& shape = weight.shape();
    TRY_ASSIGN(weight, permuted(weight.reshaped(Shape{1, 1, shape[0], shape[1]}), Permutation{0, 1, 3, 2}));
    weight = weight.reshaped(Shape{shape[1], shape[0]});
  }
  const std::int64_t channels = weight.shape()[0];
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  const int filter = to.constant(to.value(node.input(1)).name, std::move(weight));
  TRY_ASSIGN(const int bias_tensor, bias(to, node, 2, channels));
  Options options;
  options.keep_dims = to.shape(node.input(0)).rank() > 2;
  const int output = to.output_tensor(to.fuse_activation(node, options));
  to.emit(Builtin::fully_connected, {input, filter, bias_tensor}, {output}, options);
  return {};
}

}  // namespace

Status lower_conv(Lowering& to, const graph::Node& node) {
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(to.graph, node));
  if (window.spatial_rank != 2)
    return not_in_tflite(node, fmt::format("a convolution over {} axes; TFLite has them over 2", window.spatial_rank));
  TRY_ASSIGN(const Tensor weight, weights(to, node, 1));
  const std::string& name = to.value(node.output()).name;
  const std::int64_t in_channels = to.shape(node.input(0))[1];
  const std::int64_t out_channels = weight.shape()[0];
  const bool depthwise = window.groups == in_channels && weight.shape()[1] == 1;
  Options options;
  TRY_ASSIGN(int input, to.tensor(node.input(0)));
  input = place_window(to, window, input, name, nullptr, options);
  constexpr Permutation kToDepthwise{1, 2, 3, 0};  // O1HW -> 1HWO
  TRY_ASSIGN(Tensor laid, permuted(weight, depthwise ? kToDepthwise : kToNhwc));
  const int filter = to.constant(to.value(node.input(1)).name, std::move(laid));
  TRY_ASSIGN(const int bias_tensor, bias(to, node, 2, out_channels));
  if (depthwise) options.depth_multiplier = narrow(out_channels / in_channels);
  const int output = to.output_tensor(to.fuse_activation(node, options));
  to.emit(depthwise ? Builtin::depthwise_conv_2d : Builtin::conv_2d, {input, filter, bias_tensor}, {output}, options);
  return {};
}

Status lower_conv_transpose(Lowering& to, const graph::Node& node) {
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(to.graph, node));
  if (window.spatial_rank != 2 || window.groups != 1 || window[0].dilation != 1 || window[1].dilation != 1)
    return not_in_tflite(node, "TFLite's TRANSPOSE_CONV is over 2 axes, in one group and without dilation");
  TRY_ASSIGN(const Tensor weight, weights(to, node, 1));
  const std::string& name = to.value(node.output()).name;
  // The whole result, from which the pads are cut where SAME does not cut the same.
  Options options;
  options.stride_h = narrow(window[0].stride);
  options.stride_w = narrow(window[1].stride);
  bool same = true, valid = true;
  for (int i = 0; i < 2; ++i) {
    const graph::WindowAxis& axis = window[i];
    const std::int64_t full = (axis.input - 1) * axis.stride + axis.extent();
    const std::int64_t total = std::max<std::int64_t>(0, full - axis.output);
    same = same && axis.input == (axis.output + axis.stride - 1) / axis.stride && axis.pad_begin == total / 2;
    valid =
        valid && axis.pad_begin == 0 && axis.output == std::max(full, axis.output) && axis.output < full + axis.stride;
  }
  options.padding = same ? Padding::same : Padding::valid;
  const Shape wanted = to_nhwc(to.shape(node.output()));
  Shape made = wanted;
  if (!same && !valid)
    for (int i = 0; i < 2; ++i) {
      const graph::WindowAxis& axis = window[i];
      made[i + 1] = std::max((axis.input - 1) * axis.stride + axis.extent(), axis.pad_begin + axis.output);
    }
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  constexpr Permutation kToOhwi{1, 2, 3, 0};  // IOHW -> OHWI
  TRY_ASSIGN(Tensor laid, permuted(weight, kToOhwi));
  const int filter = to.constant(to.value(node.input(1)).name, std::move(laid));
  TRY_ASSIGN(const int bias_tensor, bias(to, node, 2, weight.shape()[1]));
  const int shape = to.ints(name + "/shape", {narrow(made[0]), narrow(made[1]), narrow(made[2]), narrow(made[3])});
  if (same || valid) {
    to.emit(Builtin::transpose_conv, {shape, filter, input, bias_tensor}, {to.output_tensor(node.output())}, options);
    return {};
  }
  const int whole = to.like(input, name + "/whole", made);
  to.emit(Builtin::transpose_conv, {shape, filter, input, bias_tensor}, {whole}, options);
  const int begin = to.ints(name + "/begin", {0, narrow(window[0].pad_begin), narrow(window[1].pad_begin), 0});
  const int size =
      to.ints(name + "/size", {narrow(wanted[0]), narrow(wanted[1]), narrow(wanted[2]), narrow(wanted[3])});
  to.emit(Builtin::slice, {whole, begin, size}, {to.output_tensor(node.output())});
  return {};
}

Status lower_gemm(Lowering& to, const graph::Node& node) {
  const auto& attributes = node.attributes;
  if (attributes.float_or("alpha", 1) != 1 || attributes.float_or("beta", 1) != 1 ||
      attributes.int_or("transA", 0) != 0)
    return not_in_tflite(node, "TFLite's FULLY_CONNECTED has alpha 1, beta 1 and no transA");
  if (node.input(2) != graph::kNoValue && to.shape(node.input(2)).rank() != 1)
    return not_in_tflite(node, "TFLite's FULLY_CONNECTED has one bias for each column");
  TRY_ASSIGN(Tensor weight, weights(to, node, 1));
  return fully_connected(to, node, std::move(weight), attributes.int_or("transB", 0) == 0);
}

Status lower_matmul(Lowering& to, const graph::Node& node) {
  TRY_ASSIGN(Tensor weight, weights(to, node, 1));
  if (weight.shape().rank() != 2 || to.shape(node.input(0)).rank() == 4)
    return not_in_tflite(node, "only a product with a constant matrix, of a tensor of rank 1 to 3, is written");
  return fully_connected(to, node, std::move(weight), true);
}

}  // namespace diolkos::tflite
