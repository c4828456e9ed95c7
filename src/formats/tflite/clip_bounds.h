// The bounds of Relu and Clip, and the activation of TFLite's that has them.
#pragma once

#include <limits>
#include <optional>

#include "formats/tflite/model.h"
#include "graph/graph.h"

namespace diolkos::tflite {

struct ClipBounds {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
};

// nullopt where the node is neither, or a bound is not constant.
std::optional<ClipBounds> clip_bounds(const graph::Graph& graph, const graph::Node& node);
std::optional<Activation> activation_of(const ClipBounds& bounds);  // relu, relu6, relu_n1_to_1

}  // namespace diolkos::tflite
