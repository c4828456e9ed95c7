#include "kernels/scores/scores.h"

#include <algorithm>
#include <cmath>

#include "kernels/scores/scores_kernels.h"

namespace diolkos::kernels::scores {
namespace {

constexpr std::int64_t kPixelsAtOnce = 1024;
constexpr std::int64_t kElementsAtOnce = 1 << 14;

#define DIOLKOS_KERNELS(name) kernels_##name()
#include "kernels/kernels_of.inc"

// body(offset in x, offset in a tensor without the classes, neighbours)
template <class Body>
void for_each_piece(const Spec& spec, ThreadPool& pool, Body body) {
  const std::int64_t pieces = (spec.inner + kPixelsAtOnce - 1) / kPixelsAtOnce;
  pool.parallel_for(spec.outer * pieces, [&](std::int64_t item, int) {
    const std::int64_t o = item / pieces, first = item % pieces * kPixelsAtOnce;
    body(o * spec.extent * spec.inner + first, o * spec.inner + first, std::min(kPixelsAtOnce, spec.inner - first));
  });
}

// body(row) where the classes of a pixel lie together.
template <class Body>
void for_each_row(const Spec& spec, ThreadPool& pool, Body body) {
  const std::int64_t at_once = std::max<std::int64_t>(kElementsAtOnce / spec.extent, 1);
  pool.parallel_for((spec.outer + at_once - 1) / at_once, [&](std::int64_t item, int) {
    for (std::int64_t row = item * at_once; row < std::min(spec.outer, (item + 1) * at_once); ++row) body(row);
  });
}

std::int64_t arg_of_row(std::int64_t extent, std::int64_t stride, bool smallest, const float* x) {
  std::int64_t best = 0;
  for (std::int64_t c = 1; c < extent; ++c)
    if (smallest ? x[c * stride] < x[best * stride] : x[c * stride] > x[best * stride]) best = c;
  return best;
}

}  // namespace

void run_softmax(const Spec& spec, bool logarithm, const float* x, float* y, ThreadPool& pool) {
  const Kernels kernels = kernels_of(spec.isa);
  if (spec.inner == 1)
    return for_each_row(spec, pool, [&](std::int64_t row) {
      kernels.softmax_row(spec.extent, logarithm, x + row * spec.extent, y + row * spec.extent);
    });
  for_each_piece(spec, pool, [&](std::int64_t offset, std::int64_t, std::int64_t count) {
    kernels.softmax(spec.extent, spec.inner, count, logarithm, x + offset, y + offset);
  });
}

void run_arg(const Spec& spec, bool smallest, const float* x, std::int64_t* y, ThreadPool& pool) {
  const Kernels kernels = kernels_of(spec.isa);
  if (spec.inner == 1)
    return for_each_row(
        spec, pool, [&](std::int64_t row) { y[row] = arg_of_row(spec.extent, 1, smallest, x + row * spec.extent); });
  for_each_piece(spec, pool, [&](std::int64_t offset, std::int64_t pixel, std::int64_t count) {
    kernels.arg(spec.extent, spec.inner, count, smallest, x + offset, y + pixel);
  });
}

void reference_softmax(const Spec& spec, bool logarithm, const float* x, float* y) {
  for (std::int64_t pixel = 0; pixel < spec.outer * spec.inner; ++pixel) {
    const std::int64_t first = pixel / spec.inner * spec.extent * spec.inner + pixel % spec.inner;
    const auto score = [&](std::int64_t c) { return static_cast<double>(x[first + c * spec.inner]); };
    double peak = score(0);
    for (std::int64_t c = 1; c < spec.extent; ++c) peak = std::max(peak, score(c));
    double sum = 0;
    for (std::int64_t c = 0; c < spec.extent; ++c) sum += std::exp(score(c) - peak);
    for (std::int64_t c = 0; c < spec.extent; ++c) {
      const double below = score(c) - peak;
      y[first + c * spec.inner] = static_cast<float>(logarithm ? below - std::log(sum) : std::exp(below) / sum);
    }
  }
}

void reference_arg(const Spec& spec, bool smallest, const float* x, std::int64_t* y) {
  for (std::int64_t pixel = 0; pixel < spec.outer * spec.inner; ++pixel)
    y[pixel] = arg_of_row(spec.extent, spec.inner, smallest,
                          x + pixel / spec.inner * spec.extent * spec.inner + pixel % spec.inner);
}

}  // namespace diolkos::kernels::scores
