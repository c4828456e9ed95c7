// What the kernels' tests share: seeded random numbers, the instruction sets of this machine, layouts both ways.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "cpu/features.h"
#include "kernels/aligned_floats.h"
#include "kernels/layout/blocked.h"

namespace diolkos::kernels {

// The instruction sets that this build has and this machine runs, from the one manifest.
inline std::vector<cpu::Isa> isas_here() {
  std::vector<cpu::Isa> isas;
#define DIOLKOS_ISA(name) \
  if (cpu::supports(cpu::Isa::name)) isas.push_back(cpu::Isa::name);
#include "kernels/isas.inc"
#undef DIOLKOS_ISA
  return isas;
}

// How many of `many` random cases to try: all, or one in $DIOLKOS_TEST_SHARE under an emulator.
inline unsigned seeds(unsigned many) {
  const char* share = std::getenv("DIOLKOS_TEST_SHARE");
  const int divisor = share != nullptr ? std::atoi(share) : 1;
  return divisor > 1 ? std::max(1u, many / static_cast<unsigned>(divisor)) : many;
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[integer(0, static_cast<std::int64_t>(values.size()) - 1)];
  }
  bool chance(double probability) { return std::bernoulli_distribution(probability)(engine_); }
  std::vector<float> floats(std::int64_t count, float low = -1, float high = 1) {
    std::uniform_real_distribution<float> distribution(low, high);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values) value = distribution(engine_);
    return values;
  }

 private:
  std::mt19937 engine_;
};

inline AlignedFloats blocked(const Planes& planes, const std::vector<float>& plain) {
  ThreadPool pool(1);
  AlignedFloats result(static_cast<std::size_t>(planes.blocked_elements()));
  plain_to_blocked(planes, plain.data(), result.data(), pool);
  return result;
}

inline std::vector<float> plain(const Planes& planes, const AlignedFloats& blocked) {
  ThreadPool pool(1);
  std::vector<float> result(static_cast<std::size_t>(planes.plain_elements()));
  blocked_to_plain(planes, blocked.data(), result.data(), pool);
  return result;
}

// Every element within `tolerance` of the largest |expected| (at least of 1); the first that is not is told.
inline testing::AssertionResult near(const std::vector<float>& expected, const std::vector<float>& got,
                                     double tolerance) {
  if (expected.size() != got.size()) return testing::AssertionFailure() << got.size() << " elements";
  double largest = 1;
  for (float value : expected) largest = std::max(largest, std::abs(static_cast<double>(value)));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const bool same = std::abs(static_cast<double>(expected[i]) - got[i]) <= tolerance * largest;
    if (!same && !(std::isnan(expected[i]) && std::isnan(got[i])))
      return testing::AssertionFailure() << "element " << i << ": got " << got[i] << ", expected " << expected[i];
  }
  return testing::AssertionSuccess();
}

// Lanes beyond the channels must be numbers: whatever they are, later weights for them are zero.
inline bool padding_is_finite(const AlignedFloats& blocked) {
  for (float value : std::span(blocked.data(), blocked.size()))
    if (!std::isfinite(value)) return false;
  return true;
}

}  // namespace diolkos::kernels
