#include "kernels/integer/pointwise.h"

#include <algorithm>

#include "kernels/integer/fixed_point.h"
#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::integer {
namespace {

Multiplier random_multiplier(Random& random, int least, int most) {
  return {static_cast<std::int32_t>(random.integer(std::int64_t{1} << 30, (std::int64_t{1} << 31) - 1)),
          static_cast<int>(random.integer(least, most))};
}

// As TFLite scales them: inputs by at most 1, what they come to by a small part.
Pointwise random_pointwise(Random& random) {
  Pointwise op;
  op.product = random.chance(0.3);
  op.sign = random.chance(0.8) ? 1 : -1;
  op.to_a = random_multiplier(random, -3, 0);
  op.to_b = random_multiplier(random, -3, 0);
  op.to_y = op.product ? random_multiplier(random, -12, -1) : random_multiplier(random, -20, -16);
  op.zero_a = static_cast<std::int32_t>(random.integer(0, 255));
  op.zero_b = static_cast<std::int32_t>(random.integer(0, 255));
  op.zero_y = static_cast<std::int32_t>(random.integer(0, 255));
  op.low = static_cast<std::int32_t>(random.chance(0.5) ? 0 : op.zero_y);
  op.high = 255;
  op.segment = op.b_segment = 1 << 16;
  return op;
}

std::uint8_t expected(const Pointwise& op, std::int32_t a, std::int32_t b) {
  std::int32_t sum = (a - op.zero_a) * (b - op.zero_b);
  if (!op.product)
    sum = multiply((a - op.zero_a) * (1 << op.shift), op.to_a.mantissa, op.to_a.exponent) +
          op.sign * multiply((b - op.zero_b) * (1 << op.shift), op.to_b.mantissa, op.to_b.exponent);
  const std::int64_t y = std::int64_t{multiply(sum, op.to_y.mantissa, op.to_y.exponent)} + op.zero_y;
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(y, op.low, op.high));
}

// Results near a half are not left to float32, whose error differs from one sum to the next.
TEST(IntegerPointwise, EveryPairOfBytesIsExactOnEveryIsa) {
  ThreadPool pool(2);
  std::vector<std::uint8_t> a(1 << 16), b(1 << 16), wanted(1 << 16), y(1 << 16);
  for (std::size_t i = 0; i < a.size(); ++i)
    a[i] = static_cast<std::uint8_t>(i / 256), b[i] = static_cast<std::uint8_t>(i);
  for (unsigned seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Pointwise op = random_pointwise(random);
    for (std::size_t i = 0; i < a.size(); ++i) wanted[i] = expected(op, a[i], b[i]);
    for (const cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      op.isa = isa;
      run_pointwise(op, a.data(), b.data(), y.data(), pool);
      ASSERT_EQ(y, wanted);
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels::integer
