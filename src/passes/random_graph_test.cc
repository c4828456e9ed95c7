#include "passes/random_graph.h"

#include <algorithm>

namespace diolkos::passes {

using graph::kNoValue;
using graph::Op;
using graph::ValueId;

graph::Graph RandomGraph::make(int steps) {
  using Step = void (RandomGraph::*)(Feature);
  constexpr Step kSteps[] = {&RandomGraph::conv,
                             &RandomGraph::conv,
                             &RandomGraph::padded_conv,
                             &RandomGraph::transposed_conv,
                             &RandomGraph::batch_norm,
                             &RandomGraph::batch_norm,
                             &RandomGraph::activation,
                             &RandomGraph::activation,
                             &RandomGraph::identity,
                             &RandomGraph::channel_constant,
                             &RandomGraph::sum,
                             &RandomGraph::sum,
                             &RandomGraph::transposes,
                             &RandomGraph::resize,
                             &RandomGraph::exported_resize,
                             &RandomGraph::hard_swish,
                             &RandomGraph::twin,
                             &RandomGraph::pool,
                             &RandomGraph::linear_layer,
                             &RandomGraph::spelt_out_gelu,
                             &RandomGraph::spelt_out_layer_norm,
                             &RandomGraph::pyramid};
  graph_ = graph::Graph();
  features_.clear();
  const std::int64_t channels = 2 * between(1, 3);
  const std::int64_t height = between(5, 9);
  const std::int64_t width = between(5, 9);
  push(graph_.add_input("x", {DType::float32, Shape{1, channels, height, width}, {}}), channels, height, width);
  for (int i = 0; i < steps; ++i) (this->*kSteps[between(0, std::ssize(kSteps) - 1)])(pick());
  graph_.add_output(features_.back().value);
  for (std::int64_t extra = between(0, 2); extra > 0; --extra)
    if (const ValueId value = pick().value; !graph_.is_output(value)) graph_.add_output(value);
  return graph_;
}

Tensor RandomGraph::random_tensor(const Shape& shape, float low, float high) {
  Tensor tensor = Tensor::zeros(DType::float32, shape).value();
  std::uniform_real_distribution<float> distribution(low, high);
  for (float& element : tensor.mutable_as<float>()) element = distribution(engine_);
  return tensor;
}

std::int64_t RandomGraph::between(std::int64_t low, std::int64_t high) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
}

// Mostly the newest value, so that chains grow; sometimes an older one, so that values are shared.
const RandomGraph::Feature& RandomGraph::pick() {
  if (between(0, 3) != 0) return features_.back();
  return features_[static_cast<std::size_t>(between(0, std::ssize(features_) - 1))];
}

ValueId RandomGraph::constant(const Shape& shape, float low, float high) {
  return graph_.add_constant("c", random_tensor(shape, low, high));
}

ValueId RandomGraph::scalar(float value) { return graph_.add_constant("s", Tensor::scalar(value)); }

ValueId RandomGraph::ints(Ints values) {
  return graph_.add_constant("i", Tensor::of<std::int64_t>(Shape{std::ssize(values)}, values));
}

void RandomGraph::push(ValueId value, std::int64_t channels, std::int64_t height, std::int64_t width) {
  features_.push_back({value, channels, height, width});
}

void RandomGraph::conv(Feature x) {
  const std::int64_t group = coin() ? 1 : x.channels % 2 == 0 ? 2 : 1;
  const std::int64_t out = group * between(1, 3);
  std::vector<ValueId> inputs{x.value, constant(Shape{out, x.channels / group, 3, 3}, -0.5f, 0.5f)};
  if (coin()) inputs.push_back(constant(Shape{out}));
  graph::Attributes attributes{{"group", group}};
  if (coin()) {
    attributes.set("auto_pad", std::string(coin() ? "SAME_UPPER" : "SAME_LOWER"));
  } else {
    attributes.set("pads", Ints{1, 1, 1, 1});
  }
  push(graph_.add(Op::Conv, "conv", std::move(inputs), std::move(attributes)), out, x.height, x.width);
}

void RandomGraph::padded_conv(Feature x) {
  const std::vector<Ints> forms{{0, 0, 1, 2, 0, 0, 1, 0}, {0, 0, 0, 0, 0, 0, 0, 0}, {0, 0, -1, 0, 0, 0, 1, 0}};
  const Ints pads = forms[static_cast<std::size_t>(between(0, 2))];
  std::vector<ValueId> inputs{x.value, ints(pads)};
  if (coin()) inputs.push_back(scalar(coin() ? 0.0f : 0.25f));
  const ValueId padded = graph_.add(Op::Pad, "pad", std::move(inputs));
  const std::int64_t height = x.height + pads[2] + pads[6];
  const std::int64_t width = x.width + pads[3] + pads[7];
  push(padded, x.channels, height, width);
  conv(features_.back());
}

void RandomGraph::transposed_conv(Feature x) {
  const std::int64_t group = x.channels % 2 == 0 && coin() ? 2 : 1;
  const std::int64_t out = between(1, 2);
  const ValueId weights = constant(Shape{x.channels, out, 3, 3}, -0.5f, 0.5f);
  push(graph_.add(Op::ConvTranspose, "deconv", {x.value, weights}, {{"group", group}, {"pads", Ints{1, 1, 1, 1}}}),
       out * group, x.height, x.width);
}

void RandomGraph::batch_norm(Feature x) {
  const Shape shape{x.channels};
  push(graph_.add(Op::BatchNormalization, "bn",
                  {x.value, constant(shape, 0.5f, 1.5f), constant(shape), constant(shape), constant(shape, 0.5f, 1.5f)},
                  {{"epsilon", 1e-3f}}),
       x);
}

void RandomGraph::activation(Feature x) {
  switch (between(0, 6)) {
    case 0: return push(graph_.add(Op::Relu, "relu", {x.value}), x);
    case 1: return push(graph_.add(Op::HardSwish, "swish", {x.value}), x);
    case 2: return push(graph_.add(Op::HardSigmoid, "gate", {x.value}), x);
    case 3: return push(graph_.add(Op::Sigmoid, "sigmoid", {x.value}), x);
    case 4: return push(graph_.add(Op::LeakyRelu, "leaky", {x.value}, {{"alpha", 0.1f}}), x);
    case 5: return push(graph_.add(Op::Clip, "clip", {x.value, scalar(0.0f), scalar(0.75f)}), x);
    default: return push(graph_.add(Op::Clip, "clip", {x.value, coin() ? scalar(-0.5f) : kNoValue}), x);
  }
}

void RandomGraph::channel_constant(Feature x) {
  constexpr Op kOps[] = {Op::Add, Op::Sub, Op::Mul, Op::Div};
  const Op op = kOps[between(0, 3)];
  Shape shape{x.channels, 1, 1};
  if (const std::int64_t form = between(0, 2); form == 0)
    shape = Shape{};
  else if (form == 1)
    shape = Shape{1, 1, 1, x.width};
  const ValueId c = constant(shape, 0.5f, 2.0f);
  const bool swapped = op != Op::Div && coin();
  push(graph_.add(op, "scale", swapped ? std::vector<ValueId>{c, x.value} : std::vector<ValueId>{x.value, c}), x);
}

void RandomGraph::sum(Feature x) {
  std::vector<Feature> same;
  for (const Feature& other : features_)
    if (other.channels == x.channels && other.height == x.height && other.width == x.width) same.push_back(other);
  const Feature other = same[static_cast<std::size_t>(between(0, std::ssize(same) - 1))];
  push(graph_.add(Op::Add, "sum", {x.value, other.value}), x);
}

void RandomGraph::identity(Feature x) {
  switch (between(0, 6)) {
    case 0: return push(graph_.add(Op::Identity, "same", {x.value}), x);
    case 1: return push(graph_.add(Op::Dropout, "dropout", {x.value}), x);
    case 2: return push(graph_.add(Op::Cast, "cast", {x.value}, {{"to", std::int64_t{1}}}), x);
    case 3: return push(graph_.add(Op::Concat, "concat", {x.value}, {{"axis", std::int64_t{1}}}), x);
    case 4: return push(graph_.add(Op::Reshape, "reshape", {x.value, ints({0, 0, 0, -1})}), x);
    case 5: return push(graph_.add(Op::Mul, "once", {x.value, scalar(1.0f)}), x);
    default: return push(graph_.add(Op::Slice, "all", {x.value, ints({0}), ints({99}), ints({2})}), x);
  }
}

void RandomGraph::transposes(Feature x) {
  const ValueId nhwc = graph_.add(Op::Transpose, "nhwc", {x.value}, {{"perm", Ints{0, 2, 3, 1}}});
  const ValueId back =
      graph_.add(Op::Transpose, "back", {nhwc}, {{"perm", coin() ? Ints{0, 3, 1, 2} : Ints{0, 3, 2, 1}}});
  const bool swapped = graph_.node(graph_.value(back).producer).attributes.ints_or("perm", {})[2] == 2;
  push(back, x.channels, swapped ? x.width : x.height, swapped ? x.height : x.width);
}

void RandomGraph::resize(Feature x) {
  if (x.height > 12 || x.width > 12) return;
  const float scale = coin() ? 2.0f : 1.3f;
  const ValueId scales = graph_.add_constant("scales", Tensor::of<float>(Shape{4}, {1.0f, 1.0f, scale, 1.0f}));
  const auto height = static_cast<std::int64_t>(static_cast<float>(x.height) * scale);
  push(graph_.add(Op::Resize, "resize", {x.value, kNoValue, scales}, {{"mode", std::string("linear")}}), x.channels,
       height, x.width);
}

// What PyTorch leaves for interpolate(x, size=other.shape[-2:]).
void RandomGraph::exported_resize(Feature x) {
  const Feature other = pick();
  const ValueId large = graph_.add(Op::Shape, "shape", {other.value});
  const ValueId spatial = graph_.add(Op::Slice, "spatial", {large, ints({2}), ints({4}), ints({0})});
  const ValueId own = graph_.add(Op::Shape, "shape", {x.value});
  const ValueId outer = graph_.add(Op::Slice, "outer", {own, ints({0}), ints({2}), ints({0})});
  const ValueId sizes = graph_.add(Op::Concat, "sizes", {outer, spatial}, {{"axis", std::int64_t{0}}});
  push(graph_.add(Op::Resize, "resize", {x.value, kNoValue, kNoValue, sizes}, {{"mode", std::string("linear")}}),
       x.channels, other.height, other.width);
}

void RandomGraph::hard_swish(Feature x) {
  const ValueId shifted = graph_.add(Op::Add, "plus3", {x.value, scalar(3.0f)});
  const ValueId clipped = graph_.add(Op::Clip, "relu6", {shifted, scalar(0.0f), scalar(6.0f)});
  if (coin()) {
    const ValueId product = graph_.add(Op::Mul, "gated", {x.value, clipped});
    return push(graph_.add(Op::Div, "swish", {product, scalar(6.0f)}), x);
  }
  const ValueId gate = graph_.add(Op::Mul, "sixth", {clipped, scalar(1.0f / 6.0f)});
  push(graph_.add(Op::Mul, "swish", {gate, coin() ? x.value : gate}), x);
}

void RandomGraph::twin(Feature x) {
  const ValueId one = graph_.add(Op::Relu, "twin", {x.value});
  const ValueId two = graph_.add(Op::Relu, "twin", {x.value});
  push(two, x);
  push(graph_.add(Op::Sub, "difference", {one, scalar(0.5f)}), x);
  push(graph_.add(Op::Mul, "product", {features_.back().value, two}), x);
}

void RandomGraph::pool(Feature x) {
  push(graph_.add(coin() ? Op::MaxPool : Op::AveragePool, "pool", {x.value},
                  {{"kernel_shape", Ints{3, 2}}, {"auto_pad", std::string("SAME_UPPER")}}),
       x);
}

ValueId RandomGraph::tokens_of(const Feature& x) {
  const ValueId flat = graph_.add(Op::Reshape, "flat", {x.value, ints({1, x.channels, -1})});
  return graph_.add(Op::Transpose, "tokens", {flat}, {{"perm", Ints{0, 2, 1}}});
}

void RandomGraph::push_image(ValueId tokens, std::int64_t channels, const Feature& like) {
  const ValueId turned = graph_.add(Op::Transpose, "turned", {tokens}, {{"perm", Ints{0, 2, 1}}});
  push(graph_.add(Op::Reshape, "image", {turned, ints({1, channels, like.height, like.width})}), channels, like.height,
       like.width);
}

void RandomGraph::linear_layer(Feature x) {
  const ValueId tokens = tokens_of(x);
  const std::int64_t outputs = coin() ? x.channels : 2 * between(1, 3);
  ValueId made = graph_.add(Op::MatMul, "product", {tokens, constant(Shape{x.channels, outputs}, -0.5f, 0.5f)});
  if (coin()) made = graph_.add(Op::Add, "biased", {constant(Shape{outputs}), made});
  if (outputs == x.channels && coin()) made = graph_.add(Op::Add, "residual", {made, tokens});
  if (coin()) made = graph_.add(coin() ? Op::Gelu : Op::Relu, "active", {made});
  push_image(made, outputs, x);
}

void RandomGraph::spelt_out_gelu(Feature x) {
  const ValueId from = coin() ? tokens_of(x) : x.value;
  const ValueId erf = graph_.add(Op::Erf, "erf", {graph_.add(Op::Div, "by_root", {from, scalar(1.41421356f)})});
  const ValueId gate = graph_.add(Op::Add, "gate", {erf, scalar(1.0f)});
  const ValueId product = graph_.add(Op::Mul, "gated", {from, gate});
  const ValueId made = graph_.add(Op::Mul, "gelu", {product, scalar(0.5f)});
  from == x.value ? push(made, x) : push_image(made, x.channels, x);
}

void RandomGraph::spelt_out_layer_norm(Feature x) {
  const ValueId from = tokens_of(x), last = ints({-1});
  const ValueId apart = graph_.add(Op::Sub, "apart", {from, graph_.add(Op::ReduceMean, "mean", {from, last})});
  const ValueId square = graph_.add(Op::Pow, "square", {apart, scalar(2.0f)});
  const ValueId variance = graph_.add(Op::ReduceMean, "variance", {square, last});
  const ValueId deviation =
      graph_.add(Op::Sqrt, "deviation", {graph_.add(Op::Add, "raised", {variance, scalar(0.5f)})});
  const ValueId scaled = graph_.add(Op::Mul, "scaled", {graph_.add(Op::Div, "even", {apart, deviation}),
                                                        constant(Shape{x.channels})});
  push_image(graph_.add(Op::Add, "normal", {scaled, constant(Shape{x.channels})}), x.channels, x);
}

// Two images that are enlarged, and one that is not, under one 1x1 convolution.
void RandomGraph::pyramid(Feature x) {
  const auto enlarged = [&] {
    const ValueId small = graph_.add(
        Op::MaxPool, "small", {x.value},
        {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}, {"auto_pad", std::string("SAME_UPPER")}});
    const ValueId filters = constant(Shape{6, x.channels, 1, 1});
    const ValueId mixed = graph_.add(Op::Conv, "mixed", {small, filters, constant(Shape{6})});
    return graph_.add(Op::Resize, "large", {mixed, kNoValue, kNoValue, ints({1, 6, x.height, x.width})},
                      {{"mode", std::string("linear")}});
  };
  const ValueId all = graph_.add(Op::Concat, "all", {enlarged(), x.value, enlarged()}, {{"axis", std::int64_t{1}}});
  const ValueId filters = constant(Shape{4, 12 + x.channels, 1, 1}, -0.3f, 0.3f);
  push(graph_.add(Op::Conv, "joined", {all, filters, constant(Shape{4})}), 4, x.height, x.width);
}

}  // namespace diolkos::passes
