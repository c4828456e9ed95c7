#include "kernels/resize/taps.h"

#include <algorithm>

#include "kernels/resize/resize_kernels.h"

namespace diolkos::kernels::resize {
namespace {

constexpr std::int64_t kRowsAtOnce = 32;

#define DIOLKOS_KERNELS(name) kernels_##name()
#include "kernels/kernels_of.inc"

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// Rows of the input that outputs [begin, end) are made of.
struct Rows {
  std::int64_t first, count;
};
Rows rows_of(const TapAxis& height, std::int64_t begin, std::int64_t end) {
  const auto [low, high] = std::minmax_element(height.pixels.begin() + begin * height.taps,
                                               height.pixels.begin() + end * height.taps);
  return {*low, *high - *low + 1};
}

std::int64_t parts_of(const TapSpec& spec) { return (spec.height.output + kRowsAtOnce - 1) / kRowsAtOnce; }

std::int64_t most_rows(const TapSpec& spec) {
  std::int64_t most = 0;
  for (std::int64_t part = 0; part < parts_of(spec); ++part)
    most = std::max(most, rows_of(spec.height, part * kRowsAtOnce,
                                  std::min(spec.height.output, (part + 1) * kRowsAtOnce))
                              .count);
  return most;
}

void across(const TapAxis& width, const float* row, float* to) {
  for (std::int64_t j = 0; j < width.output; ++j) {
    const std::int32_t* pixels = width.pixels.data() + j * width.taps;
    const float* weights = width.weights.data() + j * width.taps;
    float sum = 0;
    for (std::int64_t b = 0; b < width.taps; ++b)
      if (weights[b] != 0) sum += weights[b] * row[pixels[b]];
    to[j] = sum;
  }
}

}  // namespace

std::size_t tap_scratch_floats(const TapSpec& spec, int threads) {
  return at(most_rows(spec) * spec.width.output * threads);
}

void run_taps(const TapSpec& spec, const float* input, float* output, float* scratch, ThreadPool& pool) {
  const Kernels kernels = kernels_of(spec.isa);
  const TapAxis &height = spec.height, &width = spec.width;
  const std::int64_t parts = parts_of(spec), scratch_of_thread = most_rows(spec) * width.output;
  pool.parallel_for(spec.planes * parts, [&](std::int64_t item, int thread) {
    const std::int64_t plane = item / parts, begin = item % parts * kRowsAtOnce;
    const std::int64_t end = std::min(height.output, begin + kRowsAtOnce);
    const Rows rows = rows_of(height, begin, end);
    float* const made = scratch + thread * scratch_of_thread;
    for (std::int64_t r = 0; r < rows.count; ++r)
      across(width, input + (plane * height.input + rows.first + r) * width.input, made + r * width.output);
    for (std::int64_t i = begin; i < end; ++i)
      kernels.weighted_sum(width.output, made - rows.first * width.output, height.taps,
                           height.pixels.data() + i * height.taps, height.weights.data() + i * height.taps,
                           output + (plane * height.output + i) * width.output);
  });
}

void reference_taps(const TapSpec& spec, const float* plane, float* output) {
  const TapAxis &height = spec.height, &width = spec.width;
  for (std::int64_t i = 0; i < height.output; ++i)
    for (std::int64_t j = 0; j < width.output; ++j) {
      double sum = 0;
      for (std::int64_t a = i * height.taps; a < (i + 1) * height.taps; ++a)
        for (std::int64_t b = j * width.taps; b < (j + 1) * width.taps; ++b)
          sum += static_cast<double>(height.weights[at(a)]) * width.weights[at(b)] *
                 plane[height.pixels[at(a)] * width.input + width.pixels[at(b)]];
      *output++ = static_cast<float>(sum);
    }
}

}  // namespace diolkos::kernels::resize
