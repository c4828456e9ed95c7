// torchvision's segmentation networks, rebuilt as graphs from a state dict's names and shapes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "base/state_dict.h"
#include "graph/graph.h"

namespace diolkos::models {

struct InputSize {
  std::int64_t height = 288;
  std::int64_t width = 288;
};

// "fcn_resnet50", "fcn_resnet101", "deeplabv3_resnet50", "deeplabv3_resnet101", "deeplabv3_mobilenet_v3_large",
// "lraspp_mobilenet_v3_large".
std::span<const std::string_view> architectures();

// Which architecture, its widths and its class count follow from names and shapes. Input 'input' 1x3xHxW float32,
// output 'out' 1xCxHxW of raw scores. The auxiliary head is dropped with a log note. Errors name the tensor, what was
// found and what was expected; for an unknown architecture, what is known.
Result<graph::Graph> build(const StateDict& weights, InputSize size);

// A state dict of `architecture` with seeded random weights, statistics included: for speed and parity only.
Result<StateDict> random_weights(std::string_view architecture, std::uint64_t seed, int classes = 21);

}  // namespace diolkos::models
