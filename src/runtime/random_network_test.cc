#include "runtime/random_network.h"

#include <algorithm>
#include <cmath>

namespace diolkos::runtime {

using graph::kNoValue;
using graph::Op;
using graph::ValueId;

graph::Graph RandomNetwork::make(int blocks) {
  using Block = void (RandomNetwork::*)(Image);
  constexpr Block kBlocks[] = {&RandomNetwork::convolution,       &RandomNetwork::residual_block,
                               &RandomNetwork::inverted_residual, &RandomNetwork::squeeze_excite,
                               &RandomNetwork::pyramid,           &RandomNetwork::pooling,
                               &RandomNetwork::resizing,          &RandomNetwork::arithmetic,
                               &RandomNetwork::normalisation,     &RandomNetwork::reshaped,
                               &RandomNetwork::softmax_or_transpose,    &RandomNetwork::convolution};
  graph_ = graph::Graph();
  images_.clear();
  Image input{kNoValue, one_of<std::int64_t>({3, 3, 16, 20}), integer(5, 24), integer(5, 24)};
  input.value = graph_.add_input("x", {DType::float32, input.shape(), {}});
  images_.push_back(input);
  for (int i = 0; i < blocks; ++i) (this->*kBlocks[integer(0, std::ssize(kBlocks) - 1)])(pick());
  graph_.add_output(images_.back().value);
  for (std::int64_t extra = integer(0, 2); extra > 0; --extra) graph_.add_output(pick().value);
  return graph_;
}

Tensor RandomNetwork::random_tensor(const Shape& shape) {
  Tensor tensor = Tensor::zeros(DType::float32, shape).value();
  const double fan_in = shape.rank() == 4 ? static_cast<double>(shape[1] * shape[2] * shape[3]) : 1;
  const auto bound = static_cast<float>(std::min(1.0, 1.7 / std::sqrt(fan_in)));
  std::uniform_real_distribution<float> distribution(-bound, bound);
  for (float& element : tensor.mutable_as<float>()) element = distribution(engine_);
  return tensor;
}

RandomNetwork::Image RandomNetwork::convolve(const Image& x, std::int64_t channels, std::int64_t kernel,
                                             std::int64_t stride, std::int64_t dilation, std::int64_t groups) {
  const std::int64_t pad = kernel / 2 * dilation;
  const ValueId weights = constant({channels, x.channels / groups, kernel, kernel});
  const ValueId bias = one_of({true, false}) ? constant({channels}) : kNoValue;
  const ValueId value = graph_.add(Op::Conv, "", {x.value, weights, bias},
                                   {{"strides", Ints{stride, stride}},
                                    {"dilations", Ints{dilation, dilation}},
                                    {"pads", Ints{pad, pad, pad, pad}},
                                    {"group", groups}});
  return {value, channels, (x.height - 1) / stride + 1, (x.width - 1) / stride + 1};
}

ValueId RandomNetwork::activate(ValueId value) {
  switch (integer(0, 6)) {
    case 0: return value;
    case 1: return graph_.add(Op::HardSwish, "", {value});
    case 2: return graph_.add(Op::HardSigmoid, "", {value}, {{"alpha", 1.0f / 6}});
    case 3: return graph_.add(Op::Sigmoid, "", {value});
    case 4:
      return graph_.add(Op::Clip, "", {value, graph_.add_constant("", Tensor::scalar(-0.25f)),
                                       graph_.add_constant("", Tensor::scalar(0.5f))});
    case 5: return graph_.add(Op::LeakyRelu, "", {value}, {{"alpha", 0.1f}});
    default: return graph_.add(Op::Relu, "", {value});
  }
}

void RandomNetwork::convolution(Image x) {
  Image y = convolve(x, one_of<std::int64_t>({1, 16, 21, 40, 64}), one_of<std::int64_t>({1, 3, 5}),
                     one_of<std::int64_t>({1, 1, 2}), one_of<std::int64_t>({1, 1, 2, 4}), 1);
  push(activate(y.value), y);
}

void RandomNetwork::residual_block(Image x) {
  Image y = convolve(x, 32, 1, 1, 1, 1);
  y.value = graph_.add(Op::Relu, "", {y.value});
  y = convolve(y, 32, 3, 1, 2, one_of<std::int64_t>({1, 4, 32}));
  y = convolve(y, x.channels, 1, 1, 1, 1);
  push(graph_.add(Op::Relu, "", {graph_.add(Op::Add, "", {y.value, x.value})}), y);
}

void RandomNetwork::inverted_residual(Image x) {
  Image y = convolve(x, 40, 1, 1, 1, 1);
  y.value = activate(y.value);
  y = convolve(y, 40, one_of<std::int64_t>({3, 5}), one_of<std::int64_t>({1, 2}), 1, 40);
  push(activate(y.value), y);
}

void RandomNetwork::squeeze_excite(Image x) {
  Image mean{graph_.add(Op::GlobalAveragePool, "", {x.value}), x.channels, 1, 1};
  Image scale = convolve(convolve(mean, 8, 1, 1, 1, 1), x.channels, 1, 1, 1, 1);
  scale.value = graph_.add(Op::Sigmoid, "", {scale.value});
  push(one_of({true, false}) ? graph_.add(Op::Mul, "", {x.value, scale.value})
                             : graph_.add(Op::Mul, "", {scale.value, x.value}),
       x);
}

void RandomNetwork::pyramid(Image x) {
  const Image a = convolve(x, 16, 1, 1, 1, 1);
  const Image b = convolve(x, one_of<std::int64_t>({32, 24}), 3, 1, 3, 1);
  const Image c = convolve(x, 20, 3, 1, 12, 1);
  push(graph_.add(Op::Concat, "", {a.value, b.value, c.value}, {{"axis", std::int64_t{1}}}),
       {kNoValue, a.channels + b.channels + c.channels, x.height, x.width});
}

void RandomNetwork::pooling(Image x) {
  const bool average = one_of({true, false});
  graph::Attributes attributes{{"kernel_shape", Ints{3, 3}}, {"strides", Ints{2, 2}}, {"pads", Ints{1, 1, 1, 1}}};
  if (average) attributes.set("count_include_pad", one_of<std::int64_t>({0, 1}));
  push(graph_.add(average ? Op::AveragePool : Op::MaxPool, "", {x.value}, attributes),
       {kNoValue, x.channels, (x.height - 1) / 2 + 1, (x.width - 1) / 2 + 1});
}

void RandomNetwork::resizing(Image x) {
  const Image y{kNoValue, x.channels, integer(1, 30), integer(1, 30)};
  const char* modes[] = {"half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"};
  push(graph_.add(Op::Resize, "", {x.value, kNoValue, kNoValue, ints({1, y.channels, y.height, y.width})},
                  {{"mode", std::string(one_of({"linear", "linear", "nearest", "cubic"}))},
                   {"coordinate_transformation_mode", std::string(modes[integer(0, 3)])},
                   {"nearest_mode", std::string("floor")}}),
       y);
}

void RandomNetwork::arithmetic(Image x) {
  const Op op = one_of({Op::Add, Op::Sub, Op::Mul, Op::Max, Op::Min});
  ValueId other = x.value;
  switch (integer(0, 3)) {
    case 0: other = graph_.add_constant("", Tensor::scalar(0.3f)); break;
    case 1: other = constant({1, x.channels, 1, 1}); break;
    case 2: other = constant(x.shape()); break;
    default: other = graph_.add(Op::Tanh, "", {x.value});
  }
  push(one_of({true, false}) ? graph_.add(op, "", {x.value, other}) : graph_.add(op, "", {other, x.value}), x);
}

void RandomNetwork::normalisation(Image x) {
  const ValueId variance = graph_.add(Op::Abs, "", {constant({x.channels})});
  push(graph_.add(Op::BatchNormalization, "",
                  {x.value, constant({x.channels}), constant({x.channels}), constant({x.channels}), variance}),
       x);
}

void RandomNetwork::reshaped(Image x) {
  const ValueId flat = graph_.add(Op::Reshape, "", {x.value, ints({1, -1})});
  push(graph_.add(Op::Reshape, "", {graph_.add(Op::Relu, "", {flat}), ints({1, x.channels, x.height, x.width})}), x);
}

void RandomNetwork::softmax_or_transpose(Image x) {
  if (one_of({true, false}))
    push(graph_.add(Op::Softmax, "", {x.value}, {{"axis", std::int64_t{1}}}), x);
  else
    push(graph_.add(Op::Transpose, "", {x.value}, {{"perm", Ints{0, 1, 3, 2}}}),
         {kNoValue, x.channels, x.width, x.height});
}

}  // namespace diolkos::runtime
