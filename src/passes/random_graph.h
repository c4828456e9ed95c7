// Small networks drawn at random for tests: every shape of node that the passes look for, shared values, several
// outputs, and outputs in the middle of what could be fused.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace diolkos::passes {

class RandomGraph {
 public:
  explicit RandomGraph(std::uint64_t seed) : engine_(seed) {}

  graph::Graph make(int steps);
  Tensor random_tensor(const Shape& shape, float low = -1.0f, float high = 1.0f);

 private:
  using Ints = std::vector<std::int64_t>;
  struct Feature {
    graph::ValueId value;
    std::int64_t channels, height, width;
  };

  std::int64_t between(std::int64_t low, std::int64_t high);
  bool coin() { return between(0, 1) == 1; }
  const Feature& pick();
  graph::ValueId constant(const Shape& shape, float low = -1.0f, float high = 1.0f);
  graph::ValueId scalar(float value);
  graph::ValueId ints(Ints values);
  void push(graph::ValueId value, const Feature& like) { push(value, like.channels, like.height, like.width); }
  void push(graph::ValueId value, std::int64_t channels, std::int64_t height, std::int64_t width);

  void conv(Feature x);
  void padded_conv(Feature x);
  void transposed_conv(Feature x);
  void batch_norm(Feature x);
  void activation(Feature x);
  void channel_constant(Feature x);
  void sum(Feature x);
  void identity(Feature x);
  void transposes(Feature x);
  void resize(Feature x);
  void exported_resize(Feature x);
  void hard_swish(Feature x);
  void twin(Feature x);
  void pool(Feature x);
  graph::ValueId tokens_of(const Feature& x);
  void push_image(graph::ValueId tokens, std::int64_t channels, const Feature& like);
  void linear_layer(Feature x);
  void spelt_out_gelu(Feature x);
  void spelt_out_layer_norm(Feature x);
  void pyramid(Feature x);

  std::mt19937_64 engine_;
  graph::Graph graph_;
  std::vector<Feature> features_;
};

}  // namespace diolkos::passes
