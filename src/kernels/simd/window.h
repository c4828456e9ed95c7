// Which taps of a window hit the input: shared by depthwise convolution and pooling.
#pragma once

#include <cstdint>

namespace diolkos::kernels {
namespace {

inline std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return a <= 0 ? 0 : (a + b - 1) / b; }

struct Taps {
  std::int64_t begin;
  std::int64_t end;
};

// The taps k of [0, kernel) for which start + k * dilation lies in [0, input).
inline Taps taps_in_range(std::int64_t start, std::int64_t dilation, std::int64_t kernel, std::int64_t input) {
  const std::int64_t end = ceil_divide(input - start, dilation);
  return {ceil_divide(-start, dilation), end < kernel ? end : kernel};
}

}  // namespace
}  // namespace diolkos::kernels
