#include "kernels/integer/store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kChannels = 32;
constexpr std::int32_t kZero = 77;
constexpr std::int32_t kLargest = (1 << 28) - 1;  // sum that a multiplier of 2^3 leaves within 32 bits

// A tile's sums, most of them within two steps of where an output's rounding turns.
struct Tile {
  int pixels;
  std::vector<Multiplier> multipliers;
  Scaling scaling;
  std::vector<std::int32_t> sums;
  std::vector<std::uint8_t> added;
  std::optional<StoredSum> sum;

  Tile(Random& random, int of_pixels) : pixels(of_pixels) {
    const int exponent = static_cast<int>(random.integer(-18, 3));
    for (int c = 0; c < kChannels; ++c)
      multipliers.push_back({static_cast<std::int32_t>(random.integer(1 << 30, INT32_MAX)), exponent});
    const auto low = static_cast<std::int32_t>(random.one_of<std::int64_t>({0, 0, kZero, 100}));
    scaling = Scaling::of(multipliers, kZero, low, 255, exponent > 0 ? kLargest : INT32_MAX);
    EXPECT_TRUE(scaling.by_float);
    for (int i = 0; i < pixels * kChannels; ++i) {
      const double scale = std::ldexp(multipliers[static_cast<std::size_t>(i % kChannels)].mantissa, exponent - 31);
      const double turn = (static_cast<double>(random.integer(-90, 190)) + 0.5) / scale;
      const double drawn = turn + static_cast<double>(random.integer(-2, 2));
      const std::int32_t far = exponent > 0 ? -kLargest : INT32_MIN;
      sums.push_back(random.chance(0.01) ? far : static_cast<std::int32_t>(std::clamp(drawn, -2e9, 2e9)));
      added.push_back(static_cast<std::uint8_t>(random.integer(0, 255)));
    }
  }

  void draw_sum(Random& random) {
    Pointwise op;
    const auto any = [&](int exponent) {
      return Multiplier{static_cast<std::int32_t>(random.integer(1 << 30, INT32_MAX)), exponent};
    };
    op.to_a = any(-1);
    op.to_b = any(0);
    op.to_y = any(-19);
    for (std::int32_t* zero : {&op.zero_a, &op.zero_b, &op.zero_y})
      *zero = static_cast<std::int32_t>(random.integer(0, 255));
    op.high = 255;
    sum = {op, float_sum(op, kZero)};
    ASSERT_TRUE(sum->by.certain);
  }

  std::uint8_t expected(int index) const {
    const Multiplier& by = multipliers[static_cast<std::size_t>(index % kChannels)];
    const auto at = static_cast<std::size_t>(index);
    const std::int64_t alone = std::int64_t{multiply(sums[at], by.mantissa, by.exponent)} + kZero;
    const std::int64_t value = std::clamp<std::int64_t>(alone, scaling.low, scaling.high);
    if (!sum) return static_cast<std::uint8_t>(value);
    const Pointwise& op = sum->op;
    const auto scaled = [&](std::int64_t x, const Multiplier& m) {
      return multiply(static_cast<std::int32_t>(x * (1 << op.shift)), m.mantissa, m.exponent);
    };
    const std::int32_t both = scaled(value - op.zero_a, op.to_a) + scaled(added[at] - op.zero_b, op.to_b);
    const std::int64_t y = std::int64_t{multiply(both, op.to_y.mantissa, op.to_y.exponent)} + op.zero_y;
    return static_cast<std::uint8_t>(std::clamp<std::int64_t>(y, op.low, op.high));
  }

  void check(cpu::Isa isa) const {
    std::vector<std::uint8_t> out(sums.size());
    StoreArgs args;
    args.scaling = &scaling;
    args.channel = 0;
    args.lanes = kChannels;
    args.pixels = pixels;
    args.pixel_stride = kChannels;
    if (sum) args.sum = &*sum;
    args.added = added.data();
    store_kernels(isa).to_u8(args, sums.data(), out.data());
    for (int i = 0; i < pixels * kChannels; ++i)
      ASSERT_EQ(out[static_cast<std::size_t>(i)], expected(i))
          << "sum " << sums[static_cast<std::size_t>(i)] << " of pixel " << i / kChannels << ", channel "
          << i % kChannels << " by 2^" << multipliers.front().exponent << " on " << cpu::name_of(isa);
  }
};

TEST(IntegerStore, SumsAtTheEdgeOfRoundingAreExactOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(10000); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Tile tile(random, static_cast<int>(random.integer(1, 14)));
    for (const cpu::Isa isa : isas_here()) tile.check(isa);
    tile.draw_sum(random);
    for (const cpu::Isa isa : isas_here()) tile.check(isa);
    if (HasFatalFailure()) return;
  }
}

TEST(IntegerStore, SumsThatWrapAreMultipliedInIntegers) {
  const std::vector<Multiplier> twice(kChannels, {1 << 30, 2});
  EXPECT_TRUE(Scaling::of(twice, 0, 0, 255, (1 << 29) - 1).by_float);
  const Scaling scaling = Scaling::of(twice, 0, 0, 255, 1 << 29);
  EXPECT_FALSE(scaling.by_float);
  const std::vector<std::int32_t> sums(kChannels, (1 << 30) + 3);  // times 4, 12
  for (const cpu::Isa isa : isas_here()) {
    std::vector<std::uint8_t> out(kChannels);
    StoreArgs args;
    args.scaling = &scaling;
    args.channel = 0;
    args.lanes = kChannels;
    args.pixels = 1;
    args.pixel_stride = kChannels;
    store_kernels(isa).to_u8(args, sums.data(), out.data());
    EXPECT_EQ(out, std::vector<std::uint8_t>(kChannels, 6)) << cpu::name_of(isa);
  }
}

}  // namespace
}  // namespace diolkos::kernels::integer
