#include "kernels/decide/decide.h"

#include <algorithm>
#include <limits>

#include "kernels/decide/decide_kernels.h"

namespace diolkos::kernels::decide {
namespace {

constexpr std::int64_t kLeast = 16;  // pixels that kernels take

#define DIOLKOS_KERNELS(name) kernels_##name()
#include "kernels/kernels_of.inc"

}  // namespace

void run_largest(const Spec& spec, std::int64_t count, const float* x, std::uint8_t* y) {
  if (count < kLeast) return reference_largest(spec, count, x, y);
  kernels_of(spec.isa).largest(spec.classes, spec.stride, count, x, y);
}

void run_best_other(const Spec& spec, int index, std::int64_t count, const float* x, float* y) {
  if (count < kLeast) return reference_best_other(spec, index, count, x, y);
  kernels_of(spec.isa).best_other(spec.classes, spec.stride, index, count, x, y);
}

void run_log_odds(const Spec& spec, int index, std::int64_t count, const float* x, float* y) {
  if (count < kLeast) return reference_log_odds(spec, index, count, x, y);
  kernels_of(spec.isa).log_odds(spec.classes, spec.stride, index, count, x, y);
}

void reference_largest(const Spec& spec, std::int64_t count, const float* x, std::uint8_t* y) {
  for (std::int64_t i = 0; i < count; ++i) {
    int best = 0;
    for (int c = 1; c < spec.classes; ++c)
      if (x[c * spec.stride + i] > x[best * spec.stride + i]) best = c;
    y[i] = static_cast<std::uint8_t>(best);
  }
}

void reference_best_other(const Spec& spec, int index, std::int64_t count, const float* x, float* y) {
  for (std::int64_t i = 0; i < count; ++i) {
    y[i] = -std::numeric_limits<float>::infinity();
    for (int c = 0; c < spec.classes; ++c)
      if (c != index && x[c * spec.stride + i] > y[i]) y[i] = x[c * spec.stride + i];
  }
}

void reference_log_odds(const Spec& spec, int index, std::int64_t count, const float* x, float* y) {
  for (std::int64_t i = 0; i < count; ++i) {
    float most = 0;
    reference_best_other(spec, index, 1, x + i, &most);
    double sum = 0;
    for (int c = 0; c < spec.classes; ++c)
      if (c != index) sum += std::exp(static_cast<double>(x[c * spec.stride + i]) - most);
    y[i] = static_cast<float>(static_cast<double>(x[index * spec.stride + i]) - most - std::log(sum));
  }
}

}  // namespace diolkos::kernels::decide
