#include "models/mobilenet_v3.h"

#include <algorithm>

#include <fmt/format.h>

namespace diolkos::models {
namespace {

using graph::Op;

constexpr float kEpsilon = 1e-3f;     // of the backbone's batch normalisations
constexpr std::size_t kLowBlock = 3;  // whose output is the low-level feature map

// What a block's place in the network decides, and torchvision's own widths.
struct Place {
  std::int64_t stride;    // as published: decides whether there is a shortcut
  std::int64_t dilation;  // above 1: the stride is replaced by it
  bool hard_swish;        // otherwise ReLU
  std::int64_t kernel, expanded, squeezed, out;
};
constexpr std::array<Place, MobileNetV3Spec::kBlocks> kPlaces{{
    {1, 1, false, 3, 16, 0, 16},
    {2, 1, false, 3, 64, 0, 24},
    {1, 1, false, 3, 72, 0, 24},
    {2, 1, false, 5, 72, 24, 40},
    {1, 1, false, 5, 120, 32, 40},
    {1, 1, false, 5, 120, 32, 40},
    {2, 1, true, 3, 240, 0, 80},
    {1, 1, true, 3, 200, 0, 80},
    {1, 1, true, 3, 184, 0, 80},
    {1, 1, true, 3, 184, 0, 80},
    {1, 1, true, 3, 480, 120, 112},
    {1, 1, true, 3, 672, 168, 112},
    {2, 2, true, 5, 672, 168, 160},
    {1, 2, true, 5, 960, 240, 160},
    {1, 2, true, 5, 960, 240, 160},
}};

std::string block_path(std::size_t block) { return fmt::format("backbone.{}.block.", block + 1); }

// The place of squeeze and excitation among a block's modules; -1 where there is none.
int squeeze_position(const StateView& view, const std::string& path) {
  for (int i = 1; i <= 2; ++i)
    if (view.has_below(fmt::format("{}{}.fc", path, i))) return i;
  return -1;
}

MobileNetV3Spec::Block read_block(const StateView& view, std::size_t index) {
  const std::string path = block_path(index);
  const auto width = [&](int module) {
    return view.conv_norm_width(fmt::format("{}{}.0", path, module), fmt::format("{}{}.1", path, module));
  };
  const int squeeze = squeeze_position(view, path);
  MobileNetV3Spec::Block block;
  block.expands = squeeze >= 0 ? squeeze == 2 : view.children(path) != 2;
  const int depthwise = block.expands ? 1 : 0;
  block.expanded = width(depthwise);
  if (squeeze >= 0) block.squeezed = view.conv_width(fmt::format("{}{}.fc1", path, squeeze));
  block.out = width(depthwise + (squeeze >= 0 ? 2 : 1));
  const std::int64_t kernel = view.extent(fmt::format("{}{}.0.weight", path, depthwise), 2);
  block.kernel = kernel == 3 || kernel == 5 || kernel == 7 ? kernel : kPlaces[index].kernel;
  return block;
}

Feature conv_norm(Layers& layers, const std::string& path, const Feature& x, const ConvShape& shape) {
  return layers.batch_norm(path + ".1", layers.conv(path + ".0", x, shape), kEpsilon);
}

Feature squeeze_excite(Layers& layers, const std::string& path, const Feature& x, std::int64_t squeezed) {
  Feature s = layers.global_average_pool(path + ".avgpool", x);
  s = layers.activation(Op::Relu, path + ".activation", layers.conv(path + ".fc1", s, {.out = squeezed, .bias = true}));
  s = layers.hard_sigmoid(path + ".scale_activation", layers.conv(path + ".fc2", s, {.out = x.channels, .bias = true}));
  return layers.scale(path + ".mul", x, s);
}

Feature build_block(Layers& layers, std::size_t index, const MobileNetV3Spec::Block& block, const Feature& x) {
  const Place& place = kPlaces[index];
  const Op activation = place.hard_swish ? Op::HardSwish : Op::Relu;
  const std::string path = block_path(index);
  int module = 0;
  const auto next = [&] { return fmt::format("{}{}", path, module++); };
  Feature y = x;
  if (block.expands) {
    const std::string expand = next();
    y = layers.activation(activation, expand + ".2", conv_norm(layers, expand, y, {.out = block.expanded}));
  }
  const std::string depthwise = next();
  y = conv_norm(layers, depthwise, y,
                {.out = block.expanded,
                 .kernel = block.kernel,
                 .stride = place.dilation > 1 ? 1 : place.stride,
                 .dilation = place.dilation,
                 .groups = std::max<std::int64_t>(1, y.channels)});
  y = layers.activation(activation, depthwise + ".2", y);
  if (block.squeezed != 0) y = squeeze_excite(layers, next(), y, block.squeezed);
  y = conv_norm(layers, next(), y, {.out = block.out});
  if (place.stride == 1 && x.channels == block.out) y = layers.add(fmt::format("backbone.{}.add", index + 1), y, x);
  return y;
}

}  // namespace

MobileNetV3Spec read_mobilenet_v3(const StateView& view) {
  MobileNetV3Spec spec;
  spec.stem = view.conv_norm_width("backbone.0.0", "backbone.0.1");
  for (std::size_t i = 0; i < spec.blocks.size(); ++i) spec.blocks[i] = read_block(view, i);
  spec.last = view.conv_norm_width("backbone.16.0", "backbone.16.1");
  return spec;
}

MobileNetV3Spec standard_mobilenet_v3() {
  MobileNetV3Spec spec;
  spec.stem = 16;
  for (std::size_t i = 0; i < spec.blocks.size(); ++i)
    spec.blocks[i] = {i != 0, kPlaces[i].expanded, kPlaces[i].kernel, kPlaces[i].squeezed, kPlaces[i].out};
  spec.last = 960;
  return spec;
}

MobileNetV3Features build_mobilenet_v3(Layers& layers, const MobileNetV3Spec& spec, const Feature& image) {
  MobileNetV3Features features;
  Feature x = conv_norm(layers, "backbone.0", image, {.out = spec.stem, .kernel = 3, .stride = 2});
  x = layers.activation(Op::HardSwish, "backbone.0.2", x);
  for (std::size_t i = 0; i < spec.blocks.size(); ++i) {
    x = build_block(layers, i, spec.blocks[i], x);
    if (i == kLowBlock) features.low = x;
  }
  x = conv_norm(layers, "backbone.16", x, {.out = spec.last});
  features.high = layers.activation(Op::HardSwish, "backbone.16.2", x);
  return features;
}

}  // namespace diolkos::models
