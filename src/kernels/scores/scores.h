// What stands at the end of a network, over the classes of each pixel: softmax, its logarithm, and the index of the
// highest or lowest score. A tensor is [outer][extent][inner], the classes along `extent`.
//
//   softmax      y[o][c][i] = exp(x[o][c][i] - m) / s,   m = max over c of x[o][c][i],  s = SUM_c exp(x[o][c][i] - m)
//   log_softmax  y[o][c][i] = x[o][c][i] - m - ln s
//   arg          y[o][i]    = the first c where x[o][c][i] is the largest (or smallest); extent up to 2^24. What is not
//                             a number wins over nothing, and nothing over it.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::kernels::scores {

struct Spec {
  std::int64_t outer = 1;
  std::int64_t extent = 1;  // at least 1
  std::int64_t inner = 1;
  cpu::Isa isa = cpu::Isa::generic;
};

// y may be x.
void run_softmax(const Spec& spec, bool logarithm, const float* x, float* y, ThreadPool& pool);

void run_arg(const Spec& spec, bool smallest, const float* x, std::int64_t* y, ThreadPool& pool);

// The formulas, in double.
void reference_softmax(const Spec& spec, bool logarithm, const float* x, float* y);
void reference_arg(const Spec& spec, bool smallest, const float* x, std::int64_t* y);

}  // namespace diolkos::kernels::scores
