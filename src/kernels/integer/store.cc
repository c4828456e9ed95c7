#include "kernels/integer/store.h"

#include <cmath>

namespace diolkos::kernels::integer {

Scaling Scaling::of(const std::vector<Multiplier>& multipliers, std::int32_t zero, std::int32_t low,
                    std::int32_t high, std::int64_t largest_sum) {
  const std::size_t padded = (multipliers.size() + 31) / 32 * 32;
  Scaling scaling;
  scaling.mantissas.resize(padded);
  scaling.exponents.resize(padded, -1);
  scaling.scales.resize(padded);
  scaling.nudges.resize(padded);
  for (std::size_t c = 0; c < multipliers.size(); ++c) {
    const Multiplier& by = multipliers[c];
    scaling.mantissas[c] = by.mantissa;
    scaling.exponents[c] = by.exponent;
    scaling.scales[c] = static_cast<float>(std::ldexp(static_cast<double>(by.mantissa), by.exponent - 31));
    scaling.nudges[c] = by.exponent < 0 ? static_cast<float>(std::ldexp(1.0, by.exponent - 1)) : 0;
    if (by.exponent <= 0 || by.mantissa == 0) continue;
    scaling.below_one = false;
    if (largest_sum >= std::int64_t{1} << (31 - by.exponent)) scaling.by_float = false;
  }
  scaling.zero = zero;
  scaling.low = low;
  scaling.high = high;
  return scaling;
}

namespace {

#define DIOLKOS_KERNELS(name) store_kernels_##name()
#include "kernels/kernels_of.inc"

}  // namespace

const StoreKernels& store_kernels(cpu::Isa isa) { return kernels_of(isa); }

}  // namespace diolkos::kernels::integer
