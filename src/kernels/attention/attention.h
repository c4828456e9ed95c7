// Attention of several heads: each query's mean of the values, weighted by how its product with their keys compares,
//
//   y[n][h] = SUM_m v[m][h] * softmax_m(scale * <q[n][h], k[m][h]>)
//
// over tensors in rows of blocks (layout/rows.h) of heads * depth channels, depth a multiple of 16. The weights of some
// queries at a time stay in a thread's caches; they are never a tensor.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::kernels::attention {

struct Spec {
  std::int64_t batch = 1, heads = 1, queries = 1, keys = 1, depth = 16;
  float scale = 1;  // above 0
  cpu::Isa isa = cpu::Isa::generic;
  int threads = 1;  // that scratch is for; a pool of no more may run it

  std::int64_t multiply_adds() const { return 2 * batch * heads * queries * keys * depth; }
};

std::size_t scratch_floats(const Spec& spec);
void run(const Spec& spec, const float* q, const float* k, const float* v, float* y, float* scratch, ThreadPool& pool);

// The formula, over plain tensors [batch][query or key][head][depth], in double.
void reference(const Spec& spec, const float* q, const float* k, const float* v, float* y);

}  // namespace diolkos::kernels::attention
