// Pools, means and resizing of integer images (pixels.h).
#pragma once

#include <cstdint>
#include <vector>

#include "base/thread_pool.h"
#include "cpu/features.h"
#include "kernels/conv2d/convolution.h"
#include "kernels/integer/fixed_point.h"
#include "kernels/integer/pixels.h"

namespace diolkos::kernels::integer {

// Along one axis of a bilinear resize: each output between two inputs, at `fraction` / 1024 from the first.
struct Neighbours {
  std::int32_t low, high, fraction;
};

struct Pool {
  bool average = false;  // of what is not padding, half away from zero; else the largest
  Image input, output;
  conv2d::Axis height, width;
  std::int32_t low = 0, high = 0;  // bounds of the output, as held
};

struct Bilinear {
  Image input, output;
  std::vector<Neighbours> rows, columns;
};

// y = zero_y + multiply(SUM (x - zero_x), by), over height and width
struct Mean {
  Image input;
  std::int32_t zero_x = 0, zero_y = 0, low = 0, high = 0;  // as held
  Multiplier by;
};

struct WindowKernels {
  void (*pool_row)(const Pool& pool, const void* image, std::int64_t y, void* row);
  // `line` holds a row of the input between two of its rows: width * stride integers.
  void (*bilinear_row)(const Bilinear& resize, const void* image, std::int64_t y, std::int32_t* line, void* row);
};

const WindowKernels& window_kernels(cpu::Isa isa);
void run_pool(const Pool& pool, cpu::Isa isa, const void* input, void* output, ThreadPool& threads);
void run_mean(const Mean& mean, const void* input, void* output, ThreadPool& threads);
std::size_t bilinear_scratch_bytes(const Bilinear& resize, int threads);
void run_bilinear(const Bilinear& resize, cpu::Isa isa, const void* input, void* output, void* scratch,
                  ThreadPool& threads);

#define DIOLKOS_ISA(name) const WindowKernels& window_kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::integer
