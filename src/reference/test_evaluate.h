// What tests of reference operators share: graphs from text, run on given tensors.
#pragma once

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "graph/text.h"
#include "reference/evaluate.h"

namespace diolkos::reference {

inline graph::Graph graph_of(const std::string& statements) {
  auto parsed = graph::parse_text("graph \"test\" {\n" + statements + "\n}");
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().message);
  return parsed ? std::move(*parsed) : graph::Graph();
}

inline std::vector<Tensor> outputs_of(const std::string& statements, const std::vector<Tensor>& inputs = {}) {
  auto outputs = run(graph_of(statements), inputs);
  EXPECT_TRUE(outputs.has_value()) << (outputs ? "" : outputs.error().message);
  return outputs ? std::move(*outputs) : std::vector<Tensor>(1);
}

inline Tensor output_of(const std::string& statements, const std::vector<Tensor>& inputs = {}) {
  return outputs_of(statements, inputs).front();
}

inline std::string error_of(const std::string& statements, const std::vector<Tensor>& inputs = {}) {
  auto outputs = run(graph_of(statements), inputs);
  return outputs ? "no error" : outputs.error().message;
}

template <class T>
std::vector<T> elements(const Tensor& tensor) {
  EXPECT_EQ(tensor.dtype(), dtype_of<T>);
  const auto values = tensor.as<T>();
  return {values.begin(), values.end()};
}

inline Tensor random_tensor(const Shape& shape, std::mt19937& random) {
  Tensor tensor = *Tensor::zeros(DType::float32, shape);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (float& value : tensor.mutable_as<float>()) value = uniform(random);
  return tensor;
}

inline float dot(const Tensor& a, const Tensor& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.as<float>().size(); ++i)
    sum += static_cast<double>(a.as<float>()[i]) * static_cast<double>(b.as<float>()[i]);
  return static_cast<float>(sum);
}

// "[1,2,3]"
template <class List>
std::string listed(const List& values) {
  std::string text = "[";
  for (auto value : values) {
    if (text.size() > 1) text += ',';
    text += std::to_string(value);
  }
  return text + "]";
}

// "1,2,3"
inline std::string dims(const Shape& shape) {
  const std::string text = listed(shape.dims());
  return text.substr(1, text.size() - 2);
}

}  // namespace diolkos::reference
