#include "kernels/peak/peak.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace diolkos::kernels::peak {

Loop loop(cpu::Isa isa) {
  switch (isa) {
#define DIOLKOS_ISA(name) \
  case cpu::Isa::name: return loop_##name;
#include "kernels/isas.inc"
#undef DIOLKOS_ISA
    default: return loop_generic;
  }
}

double gflops(cpu::Isa isa, ThreadPool& pool) {
  constexpr int kRounds = 12;
  constexpr std::int64_t kIterations = 100'000;  // 1 to 5 ms
  const Loop run = loop(isa);
  float seed[32];
  for (int i = 0; i < 32; ++i) seed[i] = 1.0f / static_cast<float>(i + 2);
  struct alignas(64) Sums {
    float values[16];
  };
  const int threads = pool.threads();
  std::vector<Sums> sums(static_cast<std::size_t>(threads));
  std::vector<std::int64_t> done(sums.size());
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    pool.parallel_for(threads, [&](std::int64_t item, int) {
      const auto at = static_cast<std::size_t>(item);
      done[at] = run(kIterations, seed, sums[at].values);
    });
    const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
    std::int64_t multiply_adds = 0;
    for (const std::int64_t count : done) multiply_adds += count;
    best = std::max(best, 2 * static_cast<double>(multiply_adds) / spent.count());
  }
  return best;
}

}  // namespace diolkos::kernels::peak
