// Networks drawn at random for tests of the runtime: blocks of every kind that segmentation networks have, at widths
// that do and do not fill blocks of 16 channels, with values that several nodes read.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace diolkos::runtime {

class RandomNetwork {
 public:
  explicit RandomNetwork(unsigned seed) : engine_(seed) {}

  graph::Graph make(int blocks);
  Tensor random_tensor(const Shape& shape);

 private:
  struct Image {
    graph::ValueId value;
    std::int64_t channels, height, width;
    Shape shape() const { return {1, channels, height, width}; }
  };
  using Ints = std::vector<std::int64_t>;

  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[integer(0, static_cast<std::int64_t>(values.size()) - 1)];
  }
  const Image& pick() { return images_[static_cast<std::size_t>(integer(0, std::ssize(images_) - 1))]; }
  graph::ValueId constant(const Shape& shape) { return graph_.add_constant("", random_tensor(shape)); }
  graph::ValueId ints(const Ints& values) {
    return graph_.add_constant("", Tensor::of<std::int64_t>({std::ssize(values)}, values));
  }
  void push(graph::ValueId value, const Image& like) {
    images_.push_back({value, like.channels, like.height, like.width});
  }
  Image convolve(const Image& x, std::int64_t channels, std::int64_t kernel, std::int64_t stride,
                 std::int64_t dilation, std::int64_t groups);
  graph::ValueId activate(graph::ValueId value);

  void convolution(Image x);
  void residual_block(Image x);
  void inverted_residual(Image x);
  void squeeze_excite(Image x);
  void pyramid(Image x);
  void pooling(Image x);
  void resizing(Image x);
  void arithmetic(Image x);
  void normalisation(Image x);
  void reshaped(Image x);
  void softmax_or_transpose(Image x);

  std::mt19937 engine_;
  graph::Graph graph_;
  std::vector<Image> images_;
};

}  // namespace diolkos::runtime
