// Include from a file compiled for one instruction set, which defines scores_kernels_NAME().
#pragma once

#include "kernels/integer/lanes.h"
#include "kernels/integer/scores.h"

namespace diolkos::kernels::integer {
namespace {

// Entries of a table; and what is not negative, cut to a whole number.
#if defined(__AVX512F__)
DIOLKOS_LANES Floats entries(const float* table, Ints at) {
  return reinterpret_cast<Floats>(_mm512_i32gather_ps(reinterpret_cast<__m512i>(at), table, 4));
}
DIOLKOS_LANES Ints cut(Floats x) { return reinterpret_cast<Ints>(_mm512_cvttps_epi32(reinterpret_cast<__m512>(x))); }
#elif defined(__AVX2__)
DIOLKOS_LANES Floats entries(const float* table, Ints at) {
  const __m256 halves[2] = {_mm256_i32gather_ps(table, raw(half(at, 0)), 4),
                            _mm256_i32gather_ps(table, raw(half(at, 1)), 4)};
  return loaded<Floats>(halves);
}
DIOLKOS_LANES Ints cut(Floats x) {
  const __m256i halves[2] = {_mm256_cvttps_epi32(raw(half(x, 0))), _mm256_cvttps_epi32(raw(half(x, 1)))};
  return loaded<Ints>(halves);
}
#else
DIOLKOS_LANES Floats entries(const float* table, Ints at) {
  Floats found;
  for (int i = 0; i < 16; ++i) found[i] = table[at[i]];
  return found;
}
DIOLKOS_LANES Ints cut(Floats x) { return __builtin_convertvector(x, Ints); }
#endif

// Sixteen neighbours, or the first few of them: the rest repeat the first.
struct Whole {
  template <class T>
  DIOLKOS_LANES Ints at(const T* p) const {
    return load(p);
  }
  DIOLKOS_LANES void put(std::uint8_t* p, Ints x) const { store(p, x); }
};
struct Part {
  std::int64_t count;
  template <class T>
  DIOLKOS_LANES Ints at(const T* p) const {
    T lanes[16];
    for (std::int64_t i = 0; i < 16; ++i) lanes[i] = p[i < count ? i : 0];
    return load(lanes);
  }
  DIOLKOS_LANES void put(std::uint8_t* p, Ints x) const {
    std::uint8_t lanes[16];
    store(lanes, x);
    for (std::int64_t i = 0; i < count; ++i) p[i] = lanes[i];
  }
};

// body(lanes, offset) for each sixteen of `count`.
template <class Body>
DIOLKOS_LANES void each_sixteen(std::int64_t count, Body&& body) {
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) body(Whole{}, i);
  if (i < count) body(Part{count - i}, i);
}

// Half away from zero of what is not negative: half of the whole number of halves, and what of it is one too many.
// Doubling is exact, so that nothing is rounded but what the formula rounds.
template <class Lanes>
DIOLKOS_LANES void softmax_lanes(const Lanes& lanes, const Softmax& softmax, const float* powers, std::uint8_t flip,
                                 std::int64_t stride, const std::uint8_t* x, std::uint8_t* y) {
  const std::int64_t extent = softmax.classes.extent;
  const auto scores = [&](std::int64_t c) { return lanes.at(x + c * stride) ^ flip; };
  Ints peak = scores(0);
  for (std::int64_t c = 1; c < extent; ++c) peak = larger(peak, scores(c));
  const Ints row = peak << 8;
  Floats sum{};
  for (std::int64_t c = 0; c < extent; ++c) sum += entries(powers, row + scores(c));
  const float twice = 2 * softmax.inverse;
  for (std::int64_t c = 0; c < extent; ++c) {
    const Floats halves = entries(powers, row + scores(c)) / sum * twice;
    const Ints y_c = ((cut(halves) + 1) >> 1) + softmax.zero_y;
    lanes.put(y + c * stride, clamp_lanes(y_c, softmax.low, softmax.high) & 0xFF);
  }
}

void softmax(const Softmax& softmax, const float* powers, std::uint8_t flip, std::int64_t stride, std::int64_t count,
             const std::uint8_t* x, std::uint8_t* y) {
  each_sixteen(count, [&](const auto& lanes, std::int64_t i) {
    softmax_lanes(lanes, softmax, powers, flip, stride, x + i, y + i);
  });
}

// The largest of (value, order) pairs in one integer: value * 2^16 + order, where the order falls with c where the
// first of equals wins. The smallest value has the largest complement.
template <class T>
void arg_of(std::int64_t extent, Wanted wanted, std::int32_t flip, std::int64_t stride, std::int64_t count, const T* x,
            std::int64_t* y) {
  const bool first = wanted == Wanted::first_largest || wanted == Wanted::first_smallest;
  const bool smallest = wanted == Wanted::first_smallest || wanted == Wanted::last_smallest;
  const std::int32_t turn = smallest ? ~flip : flip, order = first ? 0xFFFF : 0;
  each_sixteen(count, [&](const auto& lanes, std::int64_t i) {
    const auto pairs = [&](std::int64_t c) {
      return ((lanes.at(x + i + c * stride) ^ turn) << 16) + (static_cast<std::int32_t>(c) ^ order);
    };
    Ints best = pairs(0);
    for (std::int64_t c = 1; c < extent; ++c) best = larger(best, pairs(c));
    std::int32_t indices[16];
    store(indices, (best & 0xFFFF) ^ order);
    for (std::int64_t k = 0; k < 16 && i + k < count; ++k) y[i + k] = indices[k];
  });
}

void arg8(std::int64_t extent, Wanted wanted, std::uint8_t flip, std::int64_t stride, std::int64_t count,
          const std::uint8_t* x, std::int64_t* y) {
  arg_of(extent, wanted, flip, stride, count, x, y);
}

void arg16(std::int64_t extent, Wanted wanted, std::int64_t stride, std::int64_t count, const std::int16_t* x,
           std::int64_t* y) {
  arg_of(extent, wanted, 0, stride, count, x, y);
}

}  // namespace
}  // namespace diolkos::kernels::integer
