#include "formats/onnx/constant_node.h"

#include <fmt/format.h>

namespace diolkos::formats::onnx_io {
namespace {

template <class T>
Tensor list(const std::vector<T>& values) {
  return Tensor::of<T>(Shape{static_cast<std::int64_t>(values.size())}, values);
}

}  // namespace

Result<Tensor> constant_value(const graph::Attributes& attributes) {
  if (attributes.entries().size() != 1)
    return invalid(fmt::format("has {} attributes, expected one, its value", attributes.entries().size()));
  const auto& [name, value] = attributes.entries().front();
  if (const auto* tensor = std::get_if<Tensor>(&value); tensor != nullptr && name == "value") return *tensor;
  if (const auto* real = std::get_if<float>(&value); real != nullptr && name == "value_float")
    return Tensor::scalar(*real);
  if (const auto* integer = std::get_if<std::int64_t>(&value); integer != nullptr && name == "value_int")
    return Tensor::scalar(*integer);
  if (const auto* reals = std::get_if<std::vector<float>>(&value); reals != nullptr && name == "value_floats")
    return list(*reals);
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value); integers && name == "value_ints")
    return list(*integers);
  return unsupported(
      fmt::format("its value is in attribute '{}', expected value, value_float(s) or value_int(s)", name));
}

}  // namespace diolkos::formats::onnx_io
