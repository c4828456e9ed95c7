#include "base/half.h"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace diolkos {
namespace {

// `value` to the nearest number of `digits` significant bits and least exponent `lowest`, ties to even, by doubles.
double rounded(float value, int digits, int lowest) {
  if (value == 0 || !std::isfinite(value)) return value;
  const int exponent = std::max(std::ilogb(value), lowest);
  const double unit = std::ldexp(1.0, exponent - digits + 1);
  return std::nearbyint(static_cast<double>(value) / unit) * unit;
}

double rounded_to_half(float value) {
  const double result = rounded(value, 11, -14);
  return std::abs(result) > 65504 ? std::copysign(std::numeric_limits<double>::infinity(), value) : result;
}

TEST(HalfTest, EveryPatternComesBack) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = half_to_float(static_cast<std::uint16_t>(bits));
    const std::uint16_t back = float_to_half(value);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(half_to_float(back)));
    } else {
      EXPECT_EQ(back, bits);
    }
  }
}

TEST(HalfTest, KnownValues) {
  EXPECT_EQ(half_to_float(0x3c00), 1.0f);
  EXPECT_EQ(half_to_float(0xc000), -2.0f);
  EXPECT_EQ(half_to_float(0x7bff), 65504.0f);
  EXPECT_EQ(half_to_float(0x0001), 0x1p-24f);
  EXPECT_EQ(half_to_float(0x0400), 0x1p-14f);
  EXPECT_EQ(half_to_float(0x7c00), std::numeric_limits<float>::infinity());
  EXPECT_EQ(float_to_half(65519.996f), 0x7bff);
  EXPECT_EQ(float_to_half(65520.0f), 0x7c00);
  EXPECT_EQ(float_to_half(-1e30f), 0xfc00);
  EXPECT_EQ(float_to_half(-0.0f), 0x8000);
  EXPECT_EQ(float_to_half(0x1p-25f), 0);  // a tie, to even
  EXPECT_EQ(float_to_half(0x1.8p-25f), 1);
}

TEST(HalfTest, RoundsToNearestEven) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 500000; ++round) {
    // Every exponent that halves know, and some beyond, as often.
    const auto exponent = static_cast<std::uint32_t>(127 - 30 + random() % 50);
    const auto value = std::bit_cast<float>((static_cast<std::uint32_t>(random()) & 0x807fffffu) | exponent << 23);
    ASSERT_EQ(half_to_float(float_to_half(value)), rounded_to_half(value)) << value;
  }
}

TEST(HalfTest, RoundsTiesToEven) {
  for (std::uint16_t bits = 0; bits < 0x7bff; ++bits) {  // halfway between two neighbours
    const float low = half_to_float(bits), high = half_to_float(static_cast<std::uint16_t>(bits + 1));
    ASSERT_EQ(float_to_half((low + high) / 2), bits % 2 == 0 ? bits : bits + 1) << bits;
  }
}

TEST(BFloat16Test, EveryPatternComesBack) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = bfloat16_to_float(static_cast<std::uint16_t>(bits));
    const std::uint16_t back = float_to_bfloat16(value);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(bfloat16_to_float(back)));
    } else {
      EXPECT_EQ(back, bits);
    }
  }
}

TEST(BFloat16Test, RoundsToNearestEven) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 500000; ++round) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (std::isnan(value)) continue;
    const double expected = rounded(value, 8, -126);
    const double got = bfloat16_to_float(float_to_bfloat16(value));
    if (std::abs(expected) < 0x1p128) {
      ASSERT_EQ(got, expected) << value;
    } else {
      ASSERT_EQ(got, std::copysign(std::numeric_limits<double>::infinity(), value)) << value;
    }
  }
}

TEST(BFloat16Test, NansStayNans) {
  EXPECT_TRUE(std::isnan(bfloat16_to_float(float_to_bfloat16(std::bit_cast<float>(0x7f800001u)))));
  EXPECT_TRUE(std::isnan(bfloat16_to_float(float_to_bfloat16(std::bit_cast<float>(0xffffffffu)))));
}

}  // namespace
}  // namespace diolkos
