// What one instruction set does for attention.h, beside its tiles.
#pragma once

#include <cstdint>

namespace diolkos::kernels::attention {

struct Kernels {
  // Scores [block of 16 keys][query][16] -> exp(scale * (score - the query's largest)), 0 beyond the keys;
  // inverses[query] = 1 / their sum.
  void (*weigh)(float* scores, std::int64_t queries, std::int64_t keys, float scale, float* inverses);
  // y[block][query][16] *= inverses[query], blocks `block_step` apart.
  void (*divide)(float* y, std::int64_t block_step, std::int64_t blocks, std::int64_t queries, const float* inverses);
};

#define DIOLKOS_ISA(name) Kernels kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::attention
