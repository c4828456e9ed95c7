// conv(x) * scale[c] + shift[c] -> conv'(x), over the output channels c of a convolution with constant weights.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/graph.h"
#include "passes/read_counts.h"

namespace diolkos::passes {

struct ChannelAffine {
  std::vector<double> scale;
  std::vector<double> shift;
};

// A Conv or ConvTranspose that only one node reads, with constant float32 weights and bias.
struct FoldableConv {
  graph::NodeId node = graph::kNoNode;
  std::int64_t channels = 0;  // of its output
  int rank = 0;               // of its output
};
std::optional<FoldableConv> foldable_conv(const graph::Graph& graph, const ReadCounts& reads, graph::ValueId output);

// `user`, the only reader of the convolution's output, becomes the convolution. Computed in double and rounded once.
// False, and nothing changed, where a new weight would not be finite.
bool fold_into_conv(graph::Graph& graph, ReadCounts& reads, const FoldableConv& conv, graph::NodeId user,
                    const ChannelAffine& affine);

}  // namespace diolkos::passes
