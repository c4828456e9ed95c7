#include "kernels/integer/window.h"

#include <algorithm>
#include <cstddef>

namespace diolkos::kernels::integer {
namespace {

#define DIOLKOS_KERNELS(name) window_kernels_##name()
#include "kernels/kernels_of.inc"

struct Rows {
  const std::byte* image;
  std::byte* row;
  std::int64_t y;
};

Rows rows_of(const Image& input, const Image& output, const void* from, void* to, std::int64_t index) {
  const std::int64_t bytes = input.element_bytes();
  return {static_cast<const std::byte*>(from) + index / output.height * input.plane() * input.stride() * bytes,
          static_cast<std::byte*>(to) + index * output.width * output.stride() * bytes, index % output.height};
}

template <class T>
void mean_of_image(const Mean& mean, const T* image, T* out) {
  const std::int64_t stride = mean.input.stride(), pixels = mean.input.plane();
  for (std::int64_t c = 0; c < stride; c += 4) {
    std::int32_t sums[4] = {};
    for (std::int64_t p = 0; p < pixels; ++p)
      for (int i = 0; i < 4; ++i) sums[i] += image[p * stride + c + i] - mean.zero_x;
    for (int i = 0; i < 4; ++i) {
      const std::int64_t y =
          static_cast<std::int64_t>(multiply(sums[i], mean.by.mantissa, mean.by.exponent)) + mean.zero_y;
      out[c + i] = static_cast<T>(std::clamp<std::int64_t>(y, mean.low, mean.high));
    }
  }
}

}  // namespace

const WindowKernels& window_kernels(cpu::Isa isa) { return kernels_of(isa); }

void run_pool(const Pool& pool, cpu::Isa isa, const void* input, void* output, ThreadPool& threads) {
  const WindowKernels& kernels = window_kernels(isa);
  threads.parallel_for(pool.output.batch * pool.output.height, [&](std::int64_t index, int) {
    const Rows rows = rows_of(pool.input, pool.output, input, output, index);
    kernels.pool_row(pool, rows.image, rows.y, rows.row);
  });
}

void run_mean(const Mean& mean, const void* input, void* output, ThreadPool& threads) {
  const std::int64_t stride = mean.input.stride();
  threads.parallel_for(mean.input.batch, [&](std::int64_t n, int) {
    const std::int64_t from = n * mean.input.plane() * stride;
    if (mean.input.dtype == DType::int16)
      mean_of_image(mean, static_cast<const std::int16_t*>(input) + from,
                    static_cast<std::int16_t*>(output) + n * stride);
    else
      mean_of_image(mean, static_cast<const std::uint8_t*>(input) + from,
                    static_cast<std::uint8_t*>(output) + n * stride);
  });
}

std::size_t bilinear_scratch_bytes(const Bilinear& resize, int threads) {
  return static_cast<std::size_t>(resize.input.width * resize.input.stride() * threads) * sizeof(std::int32_t);
}

void run_bilinear(const Bilinear& resize, cpu::Isa isa, const void* input, void* output, void* scratch,
                  ThreadPool& threads) {
  const WindowKernels& kernels = window_kernels(isa);
  threads.parallel_for(resize.output.batch * resize.output.height, [&](std::int64_t index, int thread) {
    const Rows rows = rows_of(resize.input, resize.output, input, output, index);
    auto* line = static_cast<std::int32_t*>(scratch) + thread * resize.input.width * resize.input.stride();
    kernels.bilinear_row(resize, rows.image, rows.y, line, rows.row);
  });
}

}  // namespace diolkos::kernels::integer
