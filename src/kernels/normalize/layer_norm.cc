#include "kernels/normalize/layer_norm.h"

#include <algorithm>
#include <cmath>

#include "kernels/layout/blocked.h"
#include "kernels/normalize/layer_norm_kernels.h"

namespace diolkos::kernels::normalize {
namespace {

constexpr std::int64_t kElementsAtOnce = 1 << 13;

#define DIOLKOS_KERNELS(name) kernels_##name()
#include "kernels/kernels_of.inc"

}  // namespace

void run_layer_norm(const Spec& spec, const float* x, const float* scale, const float* bias, float* y,
                    ThreadPool& pool) {
  const Kernels kernels = kernels_of(spec.isa);
  const std::int64_t at_once = std::max<std::int64_t>(kElementsAtOnce / spec.channels, 4);
  const std::int64_t pieces = (spec.pixels + at_once - 1) / at_once;
  const std::int64_t image = spec.pixels * (spec.blocked ? blocks_of(spec.channels) * kBlock : spec.channels);
  const std::int64_t pixel_step = spec.blocked ? kBlock : spec.channels;
  pool.parallel_for(spec.batch * pieces, [&](std::int64_t item, int) {
    const std::int64_t first = item % pieces * at_once, at = item / pieces * image + first * pixel_step;
    const Rows rows{std::min(at_once, spec.pixels - first), spec.channels, pixel_step,
                    spec.blocked ? spec.pixels * kBlock : kBlock, spec.blocked, spec.epsilon};
    kernels.layer_norm(rows, x + at, scale, bias, y + at);
  });
}

void reference_layer_norm(const Spec& spec, const float* x, const float* scale, const float* bias, float* y) {
  for (std::int64_t p = 0; p < spec.batch * spec.pixels; ++p, x += spec.channels, y += spec.channels) {
    const auto count = static_cast<double>(spec.channels);
    double mean = 0, variance = 0;
    for (std::int64_t c = 0; c < spec.channels; ++c) mean += x[c] / count;
    for (std::int64_t c = 0; c < spec.channels; ++c) variance += (x[c] - mean) * (x[c] - mean) / count;
    const double factor = 1 / std::sqrt(variance + static_cast<double>(spec.epsilon));
    for (std::int64_t c = 0; c < spec.channels; ++c)
      y[c] = static_cast<float>((x[c] - mean) * factor * scale[c] + bias[c]);
  }
}

}  // namespace diolkos::kernels::normalize
