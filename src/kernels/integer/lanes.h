// Sixteen lanes in the compiler's vectors: whatever registers the including file is compiled for. Everything is
// internal to that file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/simd/intrinsics.h"

#pragma GCC diagnostic ignored "-Wpsabi"  // nothing here crosses a library's border

namespace diolkos::kernels::integer {
namespace {

typedef std::int32_t Ints __attribute__((vector_size(64)));
typedef std::int64_t Longs __attribute__((vector_size(128)));
typedef float Floats __attribute__((vector_size(64)));
typedef std::uint8_t Bytes __attribute__((vector_size(16)));
typedef std::int16_t Shorts __attribute__((vector_size(32)));

#define DIOLKOS_LANES inline __attribute__((always_inline))

template <class Vector>
DIOLKOS_LANES Vector loaded(const void* from) {
  Vector vector;
  std::memcpy(&vector, from, sizeof(vector));
  return vector;
}

DIOLKOS_LANES Ints load(const std::int32_t* from) { return loaded<Ints>(from); }
DIOLKOS_LANES Floats load(const float* from) { return loaded<Floats>(from); }
DIOLKOS_LANES void store(std::int32_t* to, Ints x) { std::memcpy(to, &x, sizeof(x)); }

// As many lanes as a register has: GCC 12 takes wider vectors through memory.
#if defined(__AVX2__) && !defined(__AVX512F__)
constexpr int kRegister = 8;
typedef std::int32_t RegisterInts __attribute__((vector_size(32)));
typedef float RegisterFloats __attribute__((vector_size(32)));
#else
constexpr int kRegister = 16;
typedef Ints RegisterInts;
typedef Floats RegisterFloats;
#endif

DIOLKOS_LANES RegisterInts load_register(const std::int32_t* from) { return loaded<RegisterInts>(from); }
DIOLKOS_LANES RegisterFloats load_register(const float* from) { return loaded<RegisterFloats>(from); }
// By a difference: -0 and 0 are 0, so that a sum would have to be computed.
DIOLKOS_LANES RegisterFloats in_all_lanes(float x) { return x - RegisterFloats{}; }
DIOLKOS_LANES RegisterInts in_all_lanes(std::int32_t x) { return RegisterInts{} + x; }

}  // namespace
}  // namespace diolkos::kernels::integer

// GCC 12 converts between vectors of different widths element by element: what it has instructions for is said here.
#if defined(DIOLKOS_NEON)
#include "kernels/integer/lanes_neon.h"
#else

namespace diolkos::kernels::integer {
namespace {

#if defined(__AVX512F__)
DIOLKOS_LANES Floats to_floats(Ints x) { return __builtin_convertvector(x, Floats); }
DIOLKOS_LANES Ints load(const std::uint8_t* from) {
  return reinterpret_cast<Ints>(_mm512_cvtepu8_epi32(loaded<__m128i>(from)));
}
DIOLKOS_LANES Ints load(const std::int16_t* from) {
  return reinterpret_cast<Ints>(_mm512_cvtepi16_epi32(loaded<__m256i>(from)));
}
DIOLKOS_LANES Longs to_longs(Ints x) {
  const auto all = reinterpret_cast<__m512i>(x);
  const __m512i halves[2] = {_mm512_cvtepi32_epi64(_mm512_castsi512_si256(all)),
                             _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(all, 1))};
  return loaded<Longs>(halves);
}
DIOLKOS_LANES Ints to_ints(Longs x) {
  __m512i halves[2];
  std::memcpy(halves, &x, sizeof(x));
  const __m512i low = _mm512_castsi256_si512(_mm512_cvtepi64_epi32(halves[0]));
  return reinterpret_cast<Ints>(_mm512_inserti64x4(low, _mm512_cvtepi64_epi32(halves[1]), 1));
}
#elif defined(__AVX2__)
// GCC 12 takes comparisons of vectors wider than a register apart lane by lane: they are made by halves.
DIOLKOS_LANES RegisterInts half(const Ints& x, int which) {
  return loaded<RegisterInts>(reinterpret_cast<const std::byte*>(&x) + 32 * which);
}
DIOLKOS_LANES RegisterFloats half(const Floats& x, int which) {
  return loaded<RegisterFloats>(reinterpret_cast<const std::byte*>(&x) + 32 * which);
}
DIOLKOS_LANES __m256i raw(RegisterInts x) { return reinterpret_cast<__m256i>(x); }
DIOLKOS_LANES __m256 raw(RegisterFloats x) { return reinterpret_cast<__m256>(x); }
DIOLKOS_LANES RegisterFloats to_floats(RegisterInts x) { return __builtin_convertvector(x, RegisterFloats); }
DIOLKOS_LANES RegisterInts load_register(const std::uint8_t* from) {
  return reinterpret_cast<RegisterInts>(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
}
DIOLKOS_LANES Floats to_floats(Ints x) {
  const RegisterFloats halves[2] = {to_floats(half(x, 0)), to_floats(half(x, 1))};
  return loaded<Floats>(halves);
}
DIOLKOS_LANES Ints load(const std::uint8_t* from) {
  const RegisterInts halves[2] = {load_register(from), load_register(from + 8)};
  return loaded<Ints>(halves);
}
DIOLKOS_LANES Ints load(const std::int16_t* from) {
  const __m256i halves[2] = {_mm256_cvtepi16_epi32(loaded<__m128i>(from)),
                             _mm256_cvtepi16_epi32(loaded<__m128i>(from + 8))};
  return loaded<Ints>(halves);
}
DIOLKOS_LANES Longs to_longs(Ints x) {
  __m128i parts[4];
  std::memcpy(parts, &x, sizeof(x));
  const __m256i wide[4] = {_mm256_cvtepi32_epi64(parts[0]), _mm256_cvtepi32_epi64(parts[1]),
                           _mm256_cvtepi32_epi64(parts[2]), _mm256_cvtepi32_epi64(parts[3])};
  return loaded<Longs>(wide);
}
DIOLKOS_LANES Ints to_ints(Longs x) { return __builtin_convertvector(x, Ints); }
#else
DIOLKOS_LANES Floats to_floats(Ints x) { return __builtin_convertvector(x, Floats); }
DIOLKOS_LANES Ints load(const std::uint8_t* from) { return __builtin_convertvector(loaded<Bytes>(from), Ints); }
DIOLKOS_LANES Ints load(const std::int16_t* from) { return __builtin_convertvector(loaded<Shorts>(from), Ints); }
DIOLKOS_LANES Longs to_longs(Ints x) { return __builtin_convertvector(x, Longs); }
DIOLKOS_LANES Ints to_ints(Longs x) { return __builtin_convertvector(x, Ints); }
#endif

// a * b + c, rounded once or twice.
DIOLKOS_LANES RegisterFloats multiply_add(RegisterFloats a, RegisterFloats b, RegisterFloats c) {
#if defined(__AVX512F__)
  return reinterpret_cast<Floats>(_mm512_fmadd_ps(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b),
                                                  reinterpret_cast<__m512>(c)));
#elif defined(__AVX2__)
  return reinterpret_cast<RegisterFloats>(_mm256_fmadd_ps(raw(a), raw(b), raw(c)));
#else
  return a * b + c;
#endif
}

// Of values that fit; more bits than those are cut off, where AVX2 alone saturates.
DIOLKOS_LANES void store(std::uint8_t* to, Ints x) {
#if defined(__AVX2__) && !defined(__AVX512F__)
  const __m256i pairs = _mm256_permute4x64_epi64(_mm256_packus_epi32(raw(half(x, 0)), raw(half(x, 1))), 0xD8);
  const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
#elif defined(__AVX512F__)
  const __m128i bytes = _mm512_cvtepi32_epi8(reinterpret_cast<__m512i>(x));
#else
  const Bytes bytes = __builtin_convertvector(x, Bytes);
#endif
  std::memcpy(to, &bytes, sizeof(bytes));
}
DIOLKOS_LANES void store(std::int16_t* to, Ints x) {
  const Shorts shorts = __builtin_convertvector(x, Shorts);
  std::memcpy(to, &shorts, sizeof(shorts));
}

#if defined(__AVX512F__)
DIOLKOS_LANES Ints larger(Ints a, Ints b) {
  return reinterpret_cast<Ints>(_mm512_max_epi32(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
DIOLKOS_LANES Ints clamp_lanes(Ints x, Ints low, Ints high) {
  const __m512i raised = _mm512_max_epi32(reinterpret_cast<__m512i>(x), reinterpret_cast<__m512i>(low));
  return reinterpret_cast<Ints>(_mm512_min_epi32(raised, reinterpret_cast<__m512i>(high)));
}
DIOLKOS_LANES Ints clamp_lanes(Ints x, std::int32_t low, std::int32_t high) {
  return clamp_lanes(x, Ints{} + low, Ints{} + high);
}
#elif defined(__AVX2__)
DIOLKOS_LANES RegisterInts larger(RegisterInts a, RegisterInts b) {
  return reinterpret_cast<RegisterInts>(_mm256_max_epi32(raw(a), raw(b)));
}
DIOLKOS_LANES Ints larger(Ints a, Ints b) {
  const RegisterInts halves[2] = {larger(half(a, 0), half(b, 0)), larger(half(a, 1), half(b, 1))};
  return loaded<Ints>(halves);
}
DIOLKOS_LANES RegisterInts clamp_lanes(RegisterInts x, RegisterInts low, RegisterInts high) {
  return reinterpret_cast<RegisterInts>(_mm256_min_epi32(_mm256_max_epi32(raw(x), raw(low)), raw(high)));
}
DIOLKOS_LANES Ints clamp_lanes(Ints x, std::int32_t low, std::int32_t high) {
  const RegisterInts least = RegisterInts{} + low, most = RegisterInts{} + high;
  const RegisterInts halves[2] = {clamp_lanes(half(x, 0), least, most), clamp_lanes(half(x, 1), least, most)};
  return loaded<Ints>(halves);
}
#else
DIOLKOS_LANES Ints larger(Ints a, Ints b) { return a > b ? a : b; }
DIOLKOS_LANES Ints clamp_lanes(Ints x, Ints low, Ints high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}
DIOLKOS_LANES Ints clamp_lanes(Ints x, std::int32_t low, std::int32_t high) {
  return clamp_lanes(x, Ints{} + low, Ints{} + high);
}
#endif

DIOLKOS_LANES Longs products(Ints a, Ints b) { return to_longs(a) * to_longs(b); }

DIOLKOS_LANES Ints clamp_longs(Longs x, std::int32_t low, std::int32_t high) {
  x = x < low ? Longs{} + low : x;
  x = x > high ? Longs{} + high : x;
  return to_ints(x);
}

}  // namespace
}  // namespace diolkos::kernels::integer
#endif

namespace diolkos::kernels::integer {
namespace {

#if !defined(__AVX2__) || defined(__AVX512F__)
DIOLKOS_LANES Ints load_register(const std::uint8_t* from) { return load(from); }
#endif

// fixed_point.h's products for multipliers below 1 (`right` = -exponent) and for 64-bit sums, not yet saturated.
DIOLKOS_LANES Longs multiply_lanes(Ints x, Ints mantissa, Ints right) {
  const Longs high = (products(x, mantissa) + (std::int64_t{1} << 30)) >> 31;
  const Longs shift = to_longs(right);
  const Longs half = ((Longs{} + 1) << shift) >> 1;
  return (high + half + ((high >> 63) & (shift > 0))) >> shift;
}
DIOLKOS_LANES Longs multiply_lanes(Longs x, Ints mantissa, Ints right) {
  const Longs reduced = to_longs(mantissa < 0x7FFF0000 ? (mantissa + (1 << 15)) >> 16 : Ints{} + 0x7FFF);
  const Longs shift = to_longs(right) + 15;
  return (x * reduced + ((Longs{} + 1) << (shift - 1))) >> shift;
}

}  // namespace
}  // namespace diolkos::kernels::integer
