#include "kernels/integer/scores.h"

#include <algorithm>
#include <cmath>

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kNeighboursAtOnce = 1024;
constexpr std::int64_t kElementsAtOnce = 1 << 14;
constexpr std::int64_t kPowersKept = 256;  // of a pixel: the rest is computed again

#define DIOLKOS_KERNELS(name) scores_kernels_##name()
#include "kernels/kernels_of.inc"

std::uint8_t flip_of(DType dtype) { return dtype == DType::int8 ? 0x80 : 0; }

float real(const Softmax& softmax, std::int32_t stored) {
  return static_cast<float>(static_cast<double>(softmax.scale_x) * (static_cast<double>(stored) - softmax.zero_x));
}

std::int32_t steps_of(const Softmax& softmax, float probability) {
  const auto steps = static_cast<std::int32_t>(std::round(probability * softmax.inverse));
  return std::clamp(steps + softmax.zero_y, softmax.low, softmax.high);
}

// run(pointer to the stored type, by which `dtype` is held)
template <class Run>
void visit(DType dtype, Run run) {
  if (dtype == DType::int8) return run(std::int8_t{});
  if (dtype == DType::uint8) return run(std::uint8_t{});
  run(std::int16_t{});
}

// The first of each pixel's classes, and the pixel's index.
template <class Body>
void each_pixel(const Classes& classes, std::int64_t begin, std::int64_t end, Body body) {
  for (std::int64_t pixel = begin; pixel < end; ++pixel)
    body(pixel / classes.inner * classes.extent * classes.inner + pixel % classes.inner, pixel);
}

template <class T>
void softmax_pixel(const Softmax& softmax, const T* x, T* y) {
  const std::int64_t extent = softmax.classes.extent, stride = softmax.classes.inner;
  T peak = x[0];
  for (std::int64_t c = 1; c < extent; ++c) peak = std::max(peak, x[c * stride]);
  const float largest = real(softmax, peak);
  const auto power = [&](std::int64_t c) { return std::exp(real(softmax, x[c * stride]) - largest); };
  float sum = 0, kept[kPowersKept];
  for (std::int64_t c = 0; c < extent; ++c) {
    const float e = power(c);
    if (c < kPowersKept) kept[c] = e;
    sum += e;
  }
  for (std::int64_t c = 0; c < extent; ++c)
    y[c * stride] = static_cast<T>(steps_of(softmax, (c < kPowersKept ? kept[c] : power(c)) / sum));
}

bool wins(Wanted wanted, std::int32_t a, std::int32_t b) {
  switch (wanted) {
    case Wanted::first_largest: return a > b;
    case Wanted::last_largest: return a >= b;
    case Wanted::first_smallest: return a < b;
    case Wanted::last_smallest: return a <= b;
  }
  return false;
}

template <class T>
std::int64_t arg_of_pixel(const Classes& classes, Wanted wanted, const T* x) {
  std::int64_t best = 0;
  for (std::int64_t c = 1; c < classes.extent; ++c)
    if (wins(wanted, x[c * classes.inner], x[best * classes.inner])) best = c;
  return best;
}

// body(first class of the first pixel, first pixel, pixels), of neighbours along `inner`.
template <class Body>
void each_piece(const Classes& classes, ThreadPool& pool, Body body) {
  const std::int64_t pieces = (classes.inner + kNeighboursAtOnce - 1) / kNeighboursAtOnce;
  pool.parallel_for(classes.outer * pieces, [&](std::int64_t item, int) {
    const std::int64_t o = item / pieces, first = item % pieces * kNeighboursAtOnce;
    body(o * classes.extent * classes.inner + first, o * classes.inner + first,
         std::min(kNeighboursAtOnce, classes.inner - first));
  });
}

// body(first class, pixel), each pixel by itself.
template <class Body>
void each_pixel(const Classes& classes, ThreadPool& pool, Body body) {
  const std::int64_t pixels = classes.outer * classes.inner;
  const std::int64_t at_once = std::max<std::int64_t>(kElementsAtOnce / classes.extent, 1);
  pool.parallel_for((pixels + at_once - 1) / at_once, [&](std::int64_t item, int) {
    each_pixel(classes, item * at_once, std::min(pixels, (item + 1) * at_once), body);
  });
}

}  // namespace

AlignedFloats softmax_powers(const Softmax& softmax) {
  AlignedFloats powers(std::size_t{1} << 16);
  if (powers.data() == nullptr) return powers;
  const std::int32_t least = softmax.classes.dtype == DType::int8 ? -128 : 0;
  for (std::int32_t m = 0; m < 256; ++m)
    for (std::int32_t v = 0; v <= m; ++v)
      powers.data()[256 * m + v] = std::exp(real(softmax, v + least) - real(softmax, m + least));
  return powers;
}

void run_softmax(const Softmax& softmax, const float* powers, const void* x, void* y, ThreadPool& pool) {
  const Classes& classes = softmax.classes;
  if (classes.dtype == DType::int16) {
    each_pixel(classes, pool, [&](std::int64_t at, std::int64_t) {
      softmax_pixel(softmax, static_cast<const std::int16_t*>(x) + at, static_cast<std::int16_t*>(y) + at);
    });
    return;
  }
  const ScoresKernels kernels = kernels_of(classes.isa);
  each_piece(classes, pool, [&](std::int64_t at, std::int64_t, std::int64_t count) {
    kernels.softmax(softmax, powers, flip_of(classes.dtype), classes.inner, count,
                    static_cast<const std::uint8_t*>(x) + at, static_cast<std::uint8_t*>(y) + at);
  });
}

void run_arg(const Classes& classes, Wanted wanted, const void* x, std::int64_t* y, ThreadPool& pool) {
  const ScoresKernels kernels = kernels_of(classes.isa);
  each_piece(classes, pool, [&](std::int64_t at, std::int64_t pixel, std::int64_t count) {
    if (classes.dtype == DType::int16)
      kernels.arg16(classes.extent, wanted, classes.inner, count, static_cast<const std::int16_t*>(x) + at, y + pixel);
    else
      kernels.arg8(classes.extent, wanted, flip_of(classes.dtype), classes.inner, count,
                   static_cast<const std::uint8_t*>(x) + at, y + pixel);
  });
}

void reference_softmax(const Softmax& softmax, const void* x, void* y) {
  visit(softmax.classes.dtype, [&]<class T>(T) {
    each_pixel(softmax.classes, 0, softmax.classes.outer * softmax.classes.inner, [&](std::int64_t at, std::int64_t) {
      softmax_pixel(softmax, static_cast<const T*>(x) + at, static_cast<T*>(y) + at);
    });
  });
}

void reference_arg(const Classes& classes, Wanted wanted, const void* x, std::int64_t* y) {
  visit(classes.dtype, [&]<class T>(T) {
    each_pixel(classes, 0, classes.outer * classes.inner, [&](std::int64_t at, std::int64_t pixel) {
      y[pixel] = arg_of_pixel(classes, wanted, static_cast<const T*>(x) + at);
    });
  });
}

}  // namespace diolkos::kernels::integer
