#include "kernels/scores/scores.h"

#include <limits>

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::scores {
namespace {

Spec random_spec(Random& random) {
  Spec spec;
  spec.outer = random.integer(1, 3);
  spec.extent = random.one_of<std::int64_t>({1, 2, 5, 16, 21, 40, 256});
  spec.inner = random.chance(0.3) ? 1 : random.integer(2, 150);
  if (random.chance(0.1)) spec.inner = 2100;
  if (spec.inner == 1) spec.outer = random.integer(1, 900);
  return spec;
}

std::vector<float> random_scores(Random& random, const Spec& spec) {
  std::vector<float> x = random.floats(spec.outer * spec.extent * spec.inner, -20, 20);
  for (float& value : x) {
    if (random.chance(0.3)) value = std::round(value / 8);  // equal ones
    if (random.chance(0.002)) value = -std::numeric_limits<float>::infinity();
  }
  return x;
}

TEST(Softmax, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(200); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    Spec spec = random_spec(random);
    const bool logarithm = random.chance(0.5);
    std::vector<float> x = random.floats(spec.outer * spec.extent * spec.inner, -20, 20);
    std::vector<float> expected(x.size()), y(x.size());
    reference_softmax(spec, logarithm, x.data(), expected.data());
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      spec.isa = isa;
      run_softmax(spec, logarithm, x.data(), y.data(), pool);
      ASSERT_TRUE(near(expected, y, 1e-6));
    }
    run_softmax(spec, logarithm, x.data(), x.data(), pool);
    ASSERT_TRUE(near(expected, x, 1e-6)) << "in place";
  }
}

TEST(Softmax, LargeScoresStayNumbersAndNaNsStayInTheirPixel) {
  ThreadPool pool(1);
  for (cpu::Isa isa : isas_here())
    for (const std::int64_t inner : {1, 17}) {
      const Spec spec{2, 3, inner, isa};
      std::vector<float> x(static_cast<std::size_t>(6 * inner), 3e38f);
      x.back() = std::numeric_limits<float>::quiet_NaN();
      std::vector<float> y(x.size());
      run_softmax(spec, false, x.data(), y.data(), pool);
      for (std::size_t i = 0; i < static_cast<std::size_t>(3 * inner); ++i) EXPECT_NEAR(y[i], 1.0f / 3, 1e-6);
      EXPECT_TRUE(std::isnan(y.back()));
    }
}

TEST(Arg, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(200); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    Spec spec = random_spec(random);
    const bool smallest = random.chance(0.3);
    const std::vector<float> x = random_scores(random, spec);
    std::vector<std::int64_t> expected(static_cast<std::size_t>(spec.outer * spec.inner)), y(expected.size());
    reference_arg(spec, smallest, x.data(), expected.data());
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      spec.isa = isa;
      run_arg(spec, smallest, x.data(), y.data(), pool);
      ASSERT_EQ(expected, y);
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels::scores
