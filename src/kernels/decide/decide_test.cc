#include "kernels/decide/decide.h"

#include <limits>

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::decide {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Case {
  Spec spec;
  std::int64_t count = 0;
  int index = 0;
  std::vector<float> x;
};

Case random_case(Random& random, bool wild) {
  Case c;
  c.spec.classes = random.one_of({2, 3, 21, 150, 256});
  c.count = random.one_of<std::int64_t>({1, 15, 16, 17, 63, 64, 79, 288, 1000});
  c.spec.stride = c.count + random.integer(0, 9);
  c.index = static_cast<int>(random.integer(0, c.spec.classes - 1));
  const float reach = random.one_of({1.0f, 20.0f, 90.0f});
  c.x = random.floats(c.spec.classes * c.spec.stride, -reach, reach);
  for (float& value : c.x) {
    if (random.chance(0.3)) value = std::round(value / 8);  // equal ones
    if (wild && random.chance(0.02)) value = random.one_of({kInfinity, -kInfinity, std::nanf(""), 3e38f, 1e-40f});
  }
  return c;
}

TEST(Decide, ChoicesAreTheReferencesOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(150); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Case c = random_case(random, true);
    const auto count = static_cast<std::size_t>(c.count);
    std::vector<std::uint8_t> expected(count), y(count);
    std::vector<float> expected_other(count), other(count);
    reference_largest(c.spec, c.count, c.x.data(), expected.data());
    reference_best_other(c.spec, c.index, c.count, c.x.data(), expected_other.data());
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      c.spec.isa = isa;
      run_largest(c.spec, c.count, c.x.data(), y.data());
      run_best_other(c.spec, c.index, c.count, c.x.data(), other.data());
      ASSERT_EQ(y, expected);
      ASSERT_EQ(other, expected_other);
    }
  }
}

TEST(Decide, LogOddsAreWithinTheirBoundOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(150); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Case c = random_case(random, false);
    std::vector<float> expected(static_cast<std::size_t>(c.count)), y(expected.size());
    reference_log_odds(c.spec, c.index, c.count, c.x.data(), expected.data());
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      c.spec.isa = isa;
      run_log_odds(c.spec, c.index, c.count, c.x.data(), y.data());
      for (std::size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], expected[i], log_odds_error(expected[i])) << i;
    }
  }
}

TEST(Decide, LogOddsOfWhatIsNoNumberAreNone) {
  for (cpu::Isa isa : isas_here()) {
    const Spec spec{3, 16, isa};
    std::vector<float> x(48, 1), y(16);
    x[0] = std::nanf("");   // the class itself
    x[17] = std::nanf("");  // another
    x[18] = kInfinity;
    x[3] = -kInfinity;
    x[4] = kInfinity;
    run_log_odds(spec, 0, 16, x.data(), y.data());
    for (const std::size_t i : {0u, 1u, 2u}) EXPECT_TRUE(std::isnan(y[i])) << cpu::name_of(isa) << i;
    EXPECT_EQ(y[3], -kInfinity);
    EXPECT_EQ(y[4], kInfinity);
  }
}

}  // namespace
}  // namespace diolkos::kernels::decide
