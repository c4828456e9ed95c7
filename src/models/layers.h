// The layers of PyTorch's networks as nodes of a graph, named by the path of the module that they stand for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "models/tensor_source.h"

namespace diolkos::models {

// A value 1 x channels x height x width.
struct Feature {
  graph::ValueId value = graph::kNoValue;
  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
};

// Square kernels, padded by dilation * (kernel - 1) / 2 on every side.
struct ConvShape {
  std::int64_t out = 0;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t groups = 1;
  bool bias = false;
};

class Layers {
 public:
  Layers(graph::Graph& graph, TensorSource& source) : graph_(graph), source_(source) {}

  Feature image(std::int64_t height, std::int64_t width);  // the graph's input: "input", 3 channels
  Feature conv(const std::string& path, const Feature& x, const ConvShape& shape);
  Feature batch_norm(const std::string& path, const Feature& x, float epsilon = 1e-5f);
  Feature max_pool(const std::string& path, const Feature& x);  // 3x3, stride 2, padded by 1
  Feature global_average_pool(const std::string& path, const Feature& x);
  Feature activation(graph::Op op, const std::string& path, const Feature& x);
  Feature hard_sigmoid(const std::string& path, const Feature& x);  // PyTorch's: clip(x / 6 + 1/2, 0, 1)
  Feature add(const std::string& path, const Feature& a, const Feature& b);
  Feature scale(const std::string& path, const Feature& x, const Feature& by_channel);  // by_channel is 1 x C x 1 x 1
  Feature concat(const std::string& path, const std::vector<Feature>& parts);
  // torch.nn.functional.interpolate(mode="bilinear", align_corners=False) to a size.
  Feature resize(const std::string& path, const Feature& x, std::int64_t height, std::int64_t width);

 private:
  graph::ValueId constant(const std::string& name, const Shape& shape, Role role);
  Feature typed(Feature feature);

  graph::Graph& graph_;
  TensorSource& source_;
};

}  // namespace diolkos::models
