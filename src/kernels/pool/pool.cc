#include "kernels/pool/pool.h"

#include <algorithm>
#include <limits>

#include "kernels/layout/blocked.h"
#include "kernels/pool/pool_row.h"

namespace diolkos::kernels::pool {
namespace {

constexpr std::int64_t kRowsAtOnce = 8;

#define DIOLKOS_KERNELS(name) kernels_##name()
#include "kernels/kernels_of.inc"

}  // namespace

void run(const Spec& spec, const float* input, float* output, ThreadPool& pool) {
  const Kernels kernels = kernels_of(spec.isa);
  const std::int64_t parts = (spec.height.output + kRowsAtOnce - 1) / kRowsAtOnce;
  pool.parallel_for(spec.planes * parts, [&](std::int64_t item, int) {
    const std::int64_t plane = item / parts;
    const std::int64_t begin = item % parts * kRowsAtOnce;
    for (std::int64_t row = begin; row < std::min(begin + kRowsAtOnce, spec.height.output); ++row)
      kernels.row({spec, row, input + plane * spec.height.input * spec.width.input * kBlock,
                   output + (plane * spec.height.output + row) * spec.width.output * kBlock});
  });
}

void run_global_average(std::int64_t planes, std::int64_t pixels, cpu::Isa isa, const float* input, float* output,
                        ThreadPool& pool) {
  const Kernels kernels = kernels_of(isa);
  pool.parallel_for(planes, [&](std::int64_t plane, int) {
    kernels.mean(input + plane * pixels * kBlock, pixels, output + plane * kBlock);
  });
}

void reference(const Spec& spec, const float* plane, float* output) {
  const Axis& h = spec.height;
  const Axis& w = spec.width;
  for (std::int64_t i = 0; i < h.output; ++i) {
    for (std::int64_t j = 0; j < w.output; ++j) {
      double sum = 0;
      float largest = std::numeric_limits<float>::lowest();
      std::int64_t hits = 0;
      std::int64_t padded_hits = 0;
      for (std::int64_t a = 0; a < h.kernel; ++a) {
        for (std::int64_t b = 0; b < w.kernel; ++b) {
          const std::int64_t row = i * h.stride - h.pad_begin + a * h.dilation;
          const std::int64_t column = j * w.stride - w.pad_begin + b * w.dilation;
          padded_hits += row < h.input + h.pad_end && column < w.input + w.pad_end ? 1 : 0;
          if (row < 0 || row >= h.input || column < 0 || column >= w.input) continue;
          const float x = plane[row * w.input + column];
          ++hits;
          sum += x;
          largest = std::max(largest, x);
        }
      }
      const std::int64_t count = spec.kind == Kind::average ? hits : padded_hits;
      *output++ = spec.kind == Kind::maximum ? largest : static_cast<float>(sum / std::max<double>(1, count));
    }
  }
}

}  // namespace diolkos::kernels::pool
