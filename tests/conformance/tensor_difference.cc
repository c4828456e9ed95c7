#include "conformance/tensor_difference.h"

#include <cmath>
#include <cstring>

#include <fmt/format.h>

namespace diolkos::conformance {
namespace {

constexpr double kRelative = 1e-3;
constexpr double kAbsolute = 1e-7;

bool close(double got, double expected) {
  if (std::isnan(got) || std::isnan(expected)) return std::isnan(got) && std::isnan(expected);
  if (std::isinf(got) || std::isinf(expected)) return got == expected;
  return std::abs(got - expected) <= kAbsolute + kRelative * std::abs(expected);
}

template <class T>
std::string first_difference(const Tensor& got, const Tensor& expected) {
  const auto a = got.as<T>();
  const auto b = expected.as<T>();
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!close(a[i], b[i])) return fmt::format("element {} is {}, expected {}", i, a[i], b[i]);
  return {};
}

std::string float_difference(const Tensor& got, const Tensor& expected) {
  if (got.dtype() == DType::float64) return first_difference<double>(got, expected);
  const auto a = to_float32(got);
  const auto b = to_float32(expected);
  if (!a || !b) return "cannot be converted to float32";
  return first_difference<float>(*a, *b);
}

}  // namespace

std::string difference(const Tensor& got, const Tensor& expected) {
  if (got.dtype() != expected.dtype() || !(got.shape() == expected.shape()))
    return fmt::format("is {} {}, expected {} {}", name_of(got.dtype()), to_string(got.shape()),
                       name_of(expected.dtype()), to_string(expected.shape()));
  if (is_float(got.dtype())) return float_difference(got, expected);
  if (got.bytes() == 0 || std::memcmp(got.data(), expected.data(), got.bytes()) == 0) return {};
  const auto a = to_int64(got);
  const auto b = to_int64(expected);
  if (!a || !b) return "cannot be converted to int64";
  for (std::int64_t i = 0; i < a->elements(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (a->as<std::int64_t>()[at] != b->as<std::int64_t>()[at])
      return fmt::format("element {} is {}, expected {}", i, a->as<std::int64_t>()[at], b->as<std::int64_t>()[at]);
  }
  return "differs";
}

}  // namespace diolkos::conformance
