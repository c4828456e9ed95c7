// Pooling of channel-blocked activations.
//
//   maximum   y[c][i][j] = MAX_a,b x[c][i * sh - ph + a * dh][j * sw - pw + b * dw]
//   average   y[c][i][j] = SUM_a,b x[…] / count
//
// over the a and b that hit the input; count is how many do, or, with padding counted, how many hit the padded input.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::kernels::pool {

struct Axis {
  std::int64_t input = 1;
  std::int64_t output = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t pad_begin = 0;
  std::int64_t pad_end = 0;
};

enum class Kind { maximum, average, average_with_padding };

struct Spec {
  Kind kind = Kind::maximum;
  std::int64_t planes = 1;  // batch * blocks of channels
  Axis height;
  Axis width;
  cpu::Isa isa = cpu::Isa::generic;
};

void run(const Spec& spec, const float* input, float* output, ThreadPool& pool);

// y[plane][16] = the mean over `pixels`.
void run_global_average(std::int64_t planes, std::int64_t pixels, cpu::Isa isa, const float* input, float* output,
                        ThreadPool& pool);

// The formula over one channel's plane, in double.
void reference(const Spec& spec, const float* plane, float* output);

}  // namespace diolkos::kernels::pool
