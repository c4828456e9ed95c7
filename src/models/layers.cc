#include "models/layers.h"

#include <array>

namespace diolkos::models {

using graph::Op;
using Ints = std::vector<std::int64_t>;

namespace {

std::int64_t reduced(std::int64_t extent, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                     std::int64_t pad) {
  return (extent + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
}

}  // namespace

graph::ValueId Layers::constant(const std::string& name, const Shape& shape, Role role) {
  return graph_.add_constant(name, source_.tensor(name, shape, role));
}

Feature Layers::typed(Feature feature) {
  graph_.value(feature.value).type = {DType::float32, Shape{1, feature.channels, feature.height, feature.width}, {}};
  return feature;
}

Feature Layers::image(std::int64_t height, std::int64_t width) {
  return {graph_.add_input("input", {DType::float32, Shape{1, 3, height, width}, {}}), 3, height, width};
}

Feature Layers::conv(const std::string& path, const Feature& x, const ConvShape& shape) {
  const std::int64_t group_inputs = x.channels < 0 ? kUnknownWidth : x.channels / shape.groups;
  const std::int64_t pad = shape.dilation * (shape.kernel - 1) / 2;
  std::vector<graph::ValueId> inputs{
      x.value,
      constant(path + ".weight", Shape{shape.out, group_inputs, shape.kernel, shape.kernel}, Role::conv_weight)};
  if (shape.bias) inputs.push_back(constant(path + ".bias", Shape{shape.out}, Role::conv_bias));
  const graph::ValueId value = graph_.add(Op::Conv, path, std::move(inputs),
                                          {{"dilations", Ints{shape.dilation, shape.dilation}},
                                           {"group", shape.groups},
                                           {"kernel_shape", Ints{shape.kernel, shape.kernel}},
                                           {"pads", Ints{pad, pad, pad, pad}},
                                           {"strides", Ints{shape.stride, shape.stride}}});
  return typed({value, shape.out, reduced(x.height, shape.kernel, shape.stride, shape.dilation, pad),
                reduced(x.width, shape.kernel, shape.stride, shape.dilation, pad)});
}

Feature Layers::batch_norm(const std::string& path, const Feature& x, float epsilon) {
  const Shape shape{x.channels};
  const graph::ValueId weight = constant(path + ".weight", shape, Role::norm_weight);
  const graph::ValueId bias = constant(path + ".bias", shape, Role::norm_bias);
  const graph::ValueId mean = constant(path + ".running_mean", shape, Role::norm_mean);
  const graph::ValueId variance = constant(path + ".running_var", shape, Role::norm_variance);
  source_.batch_counter(path + ".num_batches_tracked");
  const graph::ValueId value =
      graph_.add(Op::BatchNormalization, path, {x.value, weight, bias, mean, variance}, {{"epsilon", epsilon}});
  return typed({value, x.channels, x.height, x.width});
}

Feature Layers::max_pool(const std::string& path, const Feature& x) {
  const graph::ValueId value =
      graph_.add(Op::MaxPool, path, {x.value},
                 {{"kernel_shape", Ints{3, 3}}, {"pads", Ints{1, 1, 1, 1}}, {"strides", Ints{2, 2}}});
  return typed({value, x.channels, reduced(x.height, 3, 2, 1, 1), reduced(x.width, 3, 2, 1, 1)});
}

Feature Layers::global_average_pool(const std::string& path, const Feature& x) {
  return typed({graph_.add(Op::GlobalAveragePool, path, {x.value}), x.channels, 1, 1});
}

Feature Layers::activation(Op op, const std::string& path, const Feature& x) {
  return typed({graph_.add(op, path, {x.value}), x.channels, x.height, x.width});
}

Feature Layers::hard_sigmoid(const std::string& path, const Feature& x) {
  const graph::ValueId value = graph_.add(Op::HardSigmoid, path, {x.value}, {{"alpha", 1.0f / 6.0f}, {"beta", 0.5f}});
  return typed({value, x.channels, x.height, x.width});
}

Feature Layers::add(const std::string& path, const Feature& a, const Feature& b) {
  return typed({graph_.add(Op::Add, path, {a.value, b.value}), a.channels, a.height, a.width});
}

Feature Layers::scale(const std::string& path, const Feature& x, const Feature& by_channel) {
  return typed({graph_.add(Op::Mul, path, {x.value, by_channel.value}), x.channels, x.height, x.width});
}

Feature Layers::concat(const std::string& path, const std::vector<Feature>& parts) {
  std::vector<graph::ValueId> inputs;
  std::int64_t channels = 0;
  for (const Feature& part : parts) {
    inputs.push_back(part.value);
    channels = channels < 0 || part.channels < 0 ? kUnknownWidth : channels + part.channels;
  }
  const graph::ValueId value = graph_.add(Op::Concat, path, std::move(inputs), {{"axis", std::int64_t{1}}});
  return typed({value, channels, parts.front().height, parts.front().width});
}

// half_pixel, not pytorch_half_pixel: the latter differs only where the output has one row or column, and there
// PyTorch itself reads the middle of its input.
Feature Layers::resize(const std::string& path, const Feature& x, std::int64_t height, std::int64_t width) {
  const graph::ValueId sizes =
      graph_.add_constant(path + ".sizes", Tensor::of<std::int64_t>(Shape{4}, {1, x.channels, height, width}));
  const graph::ValueId value =
      graph_.add(Op::Resize, path, {x.value, graph::kNoValue, graph::kNoValue, sizes},
                 {{"coordinate_transformation_mode", std::string("half_pixel")}, {"mode", std::string("linear")}});
  return typed({value, x.channels, height, width});
}

}  // namespace diolkos::models
