// Layer normalisation: the channels of each pixel (of each token) among themselves.
//
//   y[p][c] = (x[p][c] - mean_p) / sqrt(variance_p + epsilon) * scale[c] + bias[c]
//
// Tensors are plain, [pixel][channel], or in rows of blocks (layout/rows.h), whose lanes beyond the channels may be any
// number before and are bias's after.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::kernels::normalize {

struct Spec {
  std::int64_t batch = 1;
  std::int64_t pixels = 1;
  std::int64_t channels = 1;
  bool blocked = false;
  float epsilon = 1e-5f;
  cpu::Isa isa = cpu::Isa::generic;
};

// scale and bias are of whole blocks of 16, zeros beyond the channels. y may be x.
void run_layer_norm(const Spec& spec, const float* x, const float* scale, const float* bias, float* y,
                    ThreadPool& pool);

// The formula, over plain tensors, in double.
void reference_layer_norm(const Spec& spec, const float* x, const float* scale, const float* bias, float* y);

}  // namespace diolkos::kernels::normalize
