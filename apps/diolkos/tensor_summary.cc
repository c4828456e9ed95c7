#include "tensor_summary.h"

#include <cmath>
#include <limits>

namespace diolkos::cli {
namespace {

template <class T>
TensorSummary summarize_elements(std::span<const T> elements) {
  TensorSummary summary{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), 0, 0};
  for (T element : elements) {
    const auto value = static_cast<double>(element);
    if (std::isnan(value)) return {value, value, value, value};
    summary.min = value < summary.min ? value : summary.min;
    summary.max = value > summary.max ? value : summary.max;
    summary.sum += value;
  }
  summary.mean = summary.sum / static_cast<double>(elements.size());
  return summary;
}

}  // namespace

TensorSummary summarize(const Tensor& tensor) {
  if (tensor.elements() == 0) return {};
  if (tensor.dtype() == DType::float64) return summarize_elements(tensor.as<double>());
  if (is_float(tensor.dtype())) {
    const auto converted = to_float32(tensor);
    return converted ? summarize_elements(converted->as<float>()) : TensorSummary{};
  }
  const auto converted = to_int64(tensor);
  return converted ? summarize_elements(converted->as<std::int64_t>()) : TensorSummary{};
}

}  // namespace diolkos::cli
