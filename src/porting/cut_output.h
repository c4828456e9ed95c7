// A segmentation network without its last steps, which post-processing does better in float: an int8 softmax has 256
// steps of probability, and a resized map is many times the size of what it was made from.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::porting {

enum class Ending {
  whole,   // as the network is
  scores,  // without softmax, sigmoid and argmax
  logits,  // without these and without the bilinear resize in front of them
};

std::string_view name_of(Ending ending);  // "whole", "scores", "logits"
std::optional<Ending> ending_named(std::string_view name);

// Cuts the output called "out", else the first; nothing where the metadata says that it was cut there before. Metadata
// then says `diolkos.output` ("scores", "logits") and, where a resize went, `diolkos.resize`: its coordinates and size,
// "align_corners 513x513". An error names the node where what is left is no float image, or there is no such resize.
Status cut_output(graph::Graph& graph, Ending ending);

}  // namespace diolkos::porting
