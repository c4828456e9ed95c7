// Products of two computed matrices in float32, many of one shape:
//
//   y[i][m][n] = factor * SUM_k a[i][m][k] * b[i][k][n]
//
// y is plain; each factor may be transposed. Of each b panels are packed into scratch, of a some rows at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/thread_pool.h"
#include "cpu/features.h"
#include "kernels/gemm/panels.h"

namespace diolkos::kernels {

struct BatchedProduct {
  std::int64_t rows = 1, inner = 1, columns = 1;
  bool a_transposed = false;  // a[k][m]
  bool b_transposed = false;  // b[n][k]
  // Elements before each pair's matrices; as many of one as of the other, at least one.
  std::vector<std::int64_t> a_at, b_at;
  float factor = 1;
  cpu::Isa isa = cpu::Isa::generic;
  int threads = 1;  // that scratch is for; a pool of no more may run it

  std::size_t scratch_floats() const;
  void run(const float* a, const float* b, float* y, float* scratch, ThreadPool& pool) const;
};

// The formula, in double.
void reference_batched(const BatchedProduct& product, const float* a, const float* b, float* y);

}  // namespace diolkos::kernels
