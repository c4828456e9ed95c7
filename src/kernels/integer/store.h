// From sums to stored integers: the requantization at the end of a convolution.
//
//   out[p * pixel_bytes + …][c] = clamp(zero + multiply(sums[p][c], multiplier[c]), low, high)
//
// An 8-bit result comes from float32 wherever that is certain: multiply() rounds twice, the second time after `right`
// bits, which is one rounding of real x * scale shifted by 2^-(right + 1) away from zero (real = floor nested in
// floor). Below 256 float32 errs by less than 6e-5 (sum, scale and their product rounded, 3 * 256 * 2^-24, and the
// result once more); fractions nearer than 1e-4 to a half are rounded in integers. Larger values saturate either way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cpu/features.h"
#include "kernels/integer/fixed_point.h"
#include "kernels/integer/pointwise.h"

namespace diolkos::kernels::integer {

// Padded to whole blocks of 32 channels.
struct Scaling {
  std::vector<std::int32_t> mantissas;
  std::vector<std::int32_t> exponents;
  std::vector<float> scales;
  std::vector<float> nudges;            // 2^-(right + 1); 0 where nothing is shifted, and one rounding is all
  std::vector<std::int64_t> wide_bias;  // of 64-bit sums
  std::int32_t zero = 0, low = 0, high = 0;
  bool below_one = true;  // every multiplier
  bool by_float = true;   // no sum wraps when it is multiplied

  // `largest_sum`: of what is multiplied, in magnitude.
  static Scaling of(const std::vector<Multiplier>& multipliers, std::int32_t zero, std::int32_t low, std::int32_t high,
                    std::int64_t largest_sum);
};

// What is done to an 8-bit result before it is stored: its sum with another image.
struct StoredSum {
  Pointwise op;
  FloatSum by;  // of the result less its zero point
};

struct StoreArgs {
  const Scaling* scaling;
  std::int64_t channel;  // of the first output
  int lanes;             // to write, at most 32
  int pixels;
  std::int64_t pixel_stride;  // elements of the output
  const StoredSum* sum = nullptr;
  const std::uint8_t* added = nullptr;  // lies like the output
};

struct StoreKernels {
  void (*to_u8)(const StoreArgs& args, const std::int32_t* sums, std::uint8_t* out);
  void (*to_s16)(const StoreArgs& args, const std::int32_t* sums, std::int16_t* out);
  void (*wide_to_s16)(const StoreArgs& args, const std::int64_t* sums, std::int16_t* out);
  void (*widen_add)(const std::int32_t* from, std::int64_t* sums, std::int64_t count);  // sums += from
};

const StoreKernels& store_kernels(cpu::Isa isa);

#define DIOLKOS_ISA(name) const StoreKernels& store_kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::integer
