#include "models/heads.h"

#include <vector>

#include <fmt/format.h>

namespace diolkos::models {
namespace {

using graph::Op;

constexpr std::array<std::int64_t, 3> kRates{12, 24, 36};

// conv, norm, ReLU as three neighbours of one Sequential: "path.0", "path.1", "path.2" from `first` on.
Feature conv_norm_relu(Layers& layers, const std::string& path, int first, const Feature& x, const ConvShape& shape) {
  Feature y = layers.conv(fmt::format("{}.{}", path, first), x, shape);
  y = layers.batch_norm(fmt::format("{}.{}", path, first + 1), y);
  return layers.activation(Op::Relu, fmt::format("{}.{}", path, first + 2), y);
}

std::int64_t conv_norm_width(const StateView& view, const std::string& path, int first) {
  return view.conv_norm_width(fmt::format("{}.{}", path, first), fmt::format("{}.{}", path, first + 1));
}

Feature build_pooling_branch(Layers& layers, const std::string& path, std::int64_t out, const Feature& x) {
  const Feature mean = layers.global_average_pool(path + ".0", x);
  return layers.resize(path + ".resize", conv_norm_relu(layers, path, 1, mean, {.out = out}), x.height, x.width);
}

Feature build_aspp(Layers& layers, const DeepLabHeadSpec& spec, const Feature& x) {
  std::vector<Feature> parts{conv_norm_relu(layers, "classifier.0.convs.0", 0, x, {.out = spec.branches[0]})};
  for (std::size_t i = 0; i < kRates.size(); ++i)
    parts.push_back(conv_norm_relu(layers, fmt::format("classifier.0.convs.{}", i + 1), 0, x,
                                   {.out = spec.branches[i + 1], .kernel = 3, .dilation = kRates[i]}));
  parts.push_back(build_pooling_branch(layers, "classifier.0.convs.4", spec.branches[4], x));
  const Feature joined = layers.concat("classifier.0.concat", parts);
  return conv_norm_relu(layers, "classifier.0.project", 0, joined, {.out = spec.projected});
}

}  // namespace

FcnHeadSpec read_fcn_head(const StateView& view) {
  return {conv_norm_width(view, "classifier", 0), view.conv_width("classifier.4")};
}

Feature build_fcn_head(Layers& layers, const FcnHeadSpec& spec, const Feature& x) {
  const Feature y = conv_norm_relu(layers, "classifier", 0, x, {.out = spec.inner, .kernel = 3});
  return layers.conv("classifier.4", y, {.out = spec.classes, .bias = true});
}

DeepLabHeadSpec read_deeplab_head(const StateView& view) {
  DeepLabHeadSpec spec;
  for (std::size_t i = 0; i < spec.branches.size(); ++i)
    spec.branches[i] = conv_norm_width(view, fmt::format("classifier.0.convs.{}", i), i == 4 ? 1 : 0);
  spec.projected = conv_norm_width(view, "classifier.0.project", 0);
  spec.inner = conv_norm_width(view, "classifier", 1);
  spec.classes = view.conv_width("classifier.4");
  return spec;
}

Feature build_deeplab_head(Layers& layers, const DeepLabHeadSpec& spec, const Feature& x) {
  Feature y = build_aspp(layers, spec, x);
  y = conv_norm_relu(layers, "classifier", 1, y, {.out = spec.inner, .kernel = 3});
  return layers.conv("classifier.4", y, {.out = spec.classes, .bias = true});
}

LrasppHeadSpec read_lraspp_head(const StateView& view) {
  return {view.conv_norm_width("classifier.cbr.0", "classifier.cbr.1"),
          view.agreed({{"classifier.low_classifier.weight", 0},
                       {"classifier.low_classifier.bias", 0},
                       {"classifier.high_classifier.weight", 0},
                       {"classifier.high_classifier.bias", 0}})};
}

Feature build_lraspp_head(Layers& layers, const LrasppHeadSpec& spec, const Feature& low, const Feature& high) {
  const Feature x = conv_norm_relu(layers, "classifier.cbr", 0, high, {.out = spec.inner});
  Feature s = layers.global_average_pool("classifier.scale.0", high);
  s = layers.activation(Op::Sigmoid, "classifier.scale.2", layers.conv("classifier.scale.1", s, {.out = spec.inner}));
  const Feature scaled = layers.scale("classifier.mul", x, s);
  const Feature large = layers.resize("classifier.resize", scaled, low.height, low.width);
  const Feature from_low = layers.conv("classifier.low_classifier", low, {.out = spec.classes, .bias = true});
  const Feature from_high = layers.conv("classifier.high_classifier", large, {.out = spec.classes, .bias = true});
  return layers.add("classifier.add", from_low, from_high);
}

}  // namespace diolkos::models
