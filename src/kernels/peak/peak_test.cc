#include "kernels/peak/peak.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::peak {
namespace {

TEST(Peak, LoopsDoWhatTheyCount) {
  float seed[32];
  for (int i = 0; i < 32; ++i) seed[i] = i < 16 ? 0.5f : 0.25f;
  for (const cpu::Isa isa : isas_here()) {
    float out[16];
    const std::int64_t sums = loop(isa)(1, seed, out) / 16;
    ASSERT_GT(sums, 0);
    // sum_i starts at i and gets 1/8 each time.
    const auto expected = [&](std::int64_t iterations) {
      return static_cast<float>(sums * (sums - 1)) / 2 + 0.125f * static_cast<float>(sums * iterations);
    };
    for (const float value : out) EXPECT_EQ(value, expected(1)) << cpu::name_of(isa);
    EXPECT_EQ(loop(isa)(40, seed, out), 40 * sums * 16);
    for (const float value : out) EXPECT_EQ(value, expected(40)) << cpu::name_of(isa);
  }
}

TEST(Peak, IsMeasuredForEveryInstructionSet) {
  ThreadPool pool(2);
  for (const cpu::Isa isa : isas_here()) EXPECT_GT(gflops(isa, pool), 0.01) << cpu::name_of(isa);
}

}  // namespace
}  // namespace diolkos::kernels::peak
