#include "kernels/gemm/gemm.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels {
namespace {

TEST(Gemm, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(120); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    const std::int64_t rows = random.one_of<std::int64_t>({1, 1, 2, 13, 64, 100, 200});
    conv2d::Spec spec;
    spec.shape.in_channels = random.one_of<std::int64_t>({1, 3, 16, 21, 64, 300, 1000});
    spec.shape.out_channels = random.one_of<std::int64_t>({1, 4, 16, 21, 64, 130});
    const float bound = 3 / std::sqrt(static_cast<float>(spec.shape.in_channels));
    const auto weights = random.floats(spec.shape.in_channels * spec.shape.out_channels, -bound, bound);
    const auto bias = random.floats(spec.shape.out_channels);
    spec.weights = weights;
    if (random.chance(0.7)) spec.bias = bias;
    const auto x = random.floats(rows * spec.shape.in_channels);
    std::vector<float> expected(static_cast<std::size_t>(rows * spec.shape.out_channels));
    reference_gemm(spec, rows, x.data(), expected.data());
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      spec.isa = isa;
      const auto gemm = Gemm::plan(spec, rows);
      ASSERT_NE(gemm, nullptr);
      AlignedFloats scratch(gemm->scratch_floats());
      std::fill_n(scratch.data(), scratch.size(), NAN);
      std::vector<float> y(expected.size(), NAN);
      gemm->run(x.data(), y.data(), scratch.data(), pool);
      ASSERT_TRUE(near(expected, y, 1e-5));
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels
