#include "models/resnet.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace diolkos::models {
namespace {

using graph::Op;

struct NamedDepth {
  std::array<std::size_t, 4> blocks;
  const char* name;
};
constexpr NamedDepth kDepths[] = {
    {{3, 4, 6, 3}, "resnet50"}, {{3, 4, 23, 3}, "resnet101"}, {{3, 8, 36, 3}, "resnet152"}};

std::string stage_path(std::size_t stage) { return fmt::format("backbone.layer{}.", stage + 1); }

ResNetSpec::Stage read_stage(const StateView& view, std::size_t index) {
  const std::string path = stage_path(index);
  const int count = std::max(1, view.children(path));  // a stage that is not there is told by its missing tensors
  ResNetSpec::Stage stage;
  std::vector<StateView::Axis> outputs;
  for (int i = 0; i < count; ++i) {
    const std::string block = fmt::format("{}{}", path, i);
    stage.blocks.push_back({view.conv_norm_width(block + ".conv1", block + ".bn1"),
                            view.conv_norm_width(block + ".conv2", block + ".bn2")});
    for (const char* name : {".conv3.weight", ".bn3.weight", ".bn3.running_mean"}) outputs.push_back({block + name, 0});
  }
  outputs.push_back({path + "0.downsample.0.weight", 0});
  stage.out = view.agreed(outputs);
  return stage;
}

// Inputs of a 3x3 convolution over the inputs that each of its outputs reads; what most blocks say.
std::int64_t read_groups(const StateView& view, const ResNetSpec& spec) {
  std::map<std::int64_t, int> votes;
  for (std::size_t s = 0; s < spec.stages.size(); ++s)
    for (std::size_t i = 0; i < spec.stages[s].blocks.size(); ++i) {
      const std::int64_t inputs = spec.stages[s].blocks[i].conv1;
      const std::int64_t read = view.extent(fmt::format("{}{}.conv2.weight", stage_path(s), i), 1);
      if (inputs > 0 && read > 0 && inputs % read == 0) ++votes[inputs / read];
    }
  const auto best =
      std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return best == votes.end() ? 1 : best->first;
}

Status check_groups(const ResNetSpec& spec) {
  for (std::size_t s = 0; s < spec.stages.size(); ++s)
    for (std::size_t i = 0; i < spec.stages[s].blocks.size(); ++i) {
      const ResNetSpec::Block& block = spec.stages[s].blocks[i];
      if ((block.conv1 > 0 && block.conv1 % spec.groups != 0) || (block.conv2 > 0 && block.conv2 % spec.groups != 0))
        return invalid(
            fmt::format("tensor '{}{}.conv2.weight': {} inputs and {} outputs, expected multiples of the {} "
                        "groups of the other blocks",
                        stage_path(s), i, block.conv1, block.conv2, spec.groups));
    }
  return {};
}

struct Step {
  std::int64_t stride = 1;
  std::int64_t dilation = 1;  // of the block's 3x3 convolution
};

Feature build_block(Layers& layers, const std::string& path, const Feature& x, const ResNetSpec::Block& block,
                    std::int64_t out, std::int64_t groups, Step step, bool first) {
  Feature y = layers.conv(path + ".conv1", x, {.out = block.conv1});
  y = layers.activation(Op::Relu, path + ".relu1", layers.batch_norm(path + ".bn1", y));
  y = layers.conv(
      path + ".conv2", y,
      {.out = block.conv2, .kernel = 3, .stride = step.stride, .dilation = step.dilation, .groups = groups});
  y = layers.activation(Op::Relu, path + ".relu2", layers.batch_norm(path + ".bn2", y));
  y = layers.batch_norm(path + ".bn3", layers.conv(path + ".conv3", y, {.out = out}));
  Feature shortcut = x;
  if (first && (step.stride != 1 || x.channels != out)) {
    shortcut = layers.conv(path + ".downsample.0", x, {.out = out, .stride = step.stride});
    shortcut = layers.batch_norm(path + ".downsample.1", shortcut);
  }
  return layers.activation(Op::Relu, path + ".relu3", layers.add(path + ".add", y, shortcut));
}

}  // namespace

Result<ResNetSpec> read_resnet(const StateView& view) {
  ResNetSpec spec;
  spec.stem = view.conv_norm_width("backbone.conv1", "backbone.bn1");
  for (std::size_t i = 0; i < spec.stages.size(); ++i) spec.stages[i] = read_stage(view, i);
  spec.groups = read_groups(view, spec);
  TRY(check_groups(spec));
  return spec;
}

ResNetSpec standard_resnet(const std::array<int, 4>& blocks) {
  ResNetSpec spec;
  spec.stem = 64;
  for (std::size_t i = 0; i < spec.stages.size(); ++i) {
    const std::int64_t planes = std::int64_t{64} << i;
    spec.stages[i].blocks.assign(static_cast<std::size_t>(blocks[i]), {planes, planes});
    spec.stages[i].out = 4 * planes;
  }
  return spec;
}

std::string resnet_name(const ResNetSpec& spec) {
  std::array<std::size_t, 4> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = spec.stages[i].blocks.size();
  for (const NamedDepth& depth : kDepths)
    if (depth.blocks == counts) return depth.name;
  return fmt::format("resnet_{}_{}_{}_{}", counts[0], counts[1], counts[2], counts[3]);
}

// Stages 3 and 4 keep stride 1 and double the dilation instead; the first block of each still has the dilation of the
// stage before it.
Feature build_resnet(Layers& layers, const ResNetSpec& spec, const Feature& image) {
  constexpr std::array<Step, 4> kFirst{{{1, 1}, {2, 1}, {1, 1}, {1, 2}}};
  constexpr std::array<std::int64_t, 4> kDilation{1, 1, 2, 4};
  Feature x = layers.conv("backbone.conv1", image, {.out = spec.stem, .kernel = 7, .stride = 2});
  x = layers.activation(Op::Relu, "backbone.relu", layers.batch_norm("backbone.bn1", x));
  x = layers.max_pool("backbone.maxpool", x);
  for (std::size_t s = 0; s < spec.stages.size(); ++s)
    for (std::size_t i = 0; i < spec.stages[s].blocks.size(); ++i)
      x = build_block(layers, fmt::format("{}{}", stage_path(s), i), x, spec.stages[s].blocks[i], spec.stages[s].out,
                      spec.groups, i == 0 ? kFirst[s] : Step{1, kDilation[s]}, i == 0);
  return x;
}

}  // namespace diolkos::models
