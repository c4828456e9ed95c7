// What a machine can do at most: multiply-adds that never leave the registers, timed for a few milliseconds.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::kernels::peak {

// float32, 10^9 operations a second (a multiply-add is two) of all threads of the pool together: the best of some
// rounds, because a neighbour on the machine only ever takes away.
double gflops(cpu::Isa isa, ThreadPool& pool);

// `iterations` times one multiply-add into each of several blocks of sixteen sums, from seed[0..31]; out[0..15] is what
// came of it. Returns the multiply-adds done.
using Loop = std::int64_t (*)(std::int64_t iterations, const float* seed, float* out);
Loop loop(cpu::Isa isa);

#define DIOLKOS_ISA(name) std::int64_t loop_##name(std::int64_t iterations, const float* seed, float* out);
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::peak
