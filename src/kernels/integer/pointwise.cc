#include "kernels/integer/pointwise.h"

#include <algorithm>
#include <cmath>

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kElementsAtOnce = 1 << 14;

#define DIOLKOS_KERNELS(name) pointwise_kernels_##name()
#include "kernels/kernels_of.inc"

double real(const Multiplier& by) { return std::ldexp(static_cast<double>(by.mantissa), by.exponent - 31); }

// What float32 errs by in x + (z + start), given their largest magnitudes, where the result is not saturated: that is
// at most 256 and rounded twice; terms are rounded products of rounded constants, and the inner sum is rounded.
double rounding_error(double x, double z, double start) {
  return std::ldexp(2 * x + 2 * z + start + (z + start) + 2 * 256, -24);
}

}  // namespace

// A sum's two inner roundings are within 2 of 2^shift steps. Twice the error is kept away from the half.
FloatSum float_sum(const Pointwise& op, std::int32_t less) {
  FloatSum sum;
  if (op.dtype == DType::int16) return sum;
  sum.nudge = static_cast<float>(std::ldexp(1.0, op.to_y.exponent - 1));
  sum.doubt = static_cast<float>(0.5 - 2 * rounding_error(256, 0, 0));
  if (op.product) {
    sum.a = static_cast<float>(real(op.to_y));
    sum.certain = op.to_y.exponent < 0;
    return sum;
  }
  const double step = real(op.to_y) * std::ldexp(1.0, op.shift);
  sum.a = static_cast<float>(real(op.to_a) * step);
  sum.b = static_cast<float>(op.sign * real(op.to_b) * step);
  sum.start = static_cast<float>(-step * (real(op.to_a) * (op.zero_a - less) + op.sign * real(op.to_b) * op.zero_b));
  const double error = rounding_error(255 * std::abs(sum.a), 255 * std::abs(sum.b), std::abs(sum.start));
  sum.doubt = static_cast<float>(0.5 - 2 * (error + 2 * real(op.to_y)));
  sum.certain = op.to_y.exponent < -8 && std::abs(sum.a) <= 4 && std::abs(sum.b) <= 4 && step <= 16 &&
                op.to_a.exponent <= 0 && op.to_b.exponent <= 0;
  return sum;
}

void run_pointwise(const Pointwise& op, const void* a, const void* b, void* y, ThreadPool& pool) {
  const PointwiseKernels kernels = kernels_of(op.isa);
  const FloatSum sum = float_sum(op);
  const std::int64_t at_once = std::max<std::int64_t>(kElementsAtOnce / op.pixel, 1) * op.pixel;
  const std::int64_t parts = (op.segment + at_once - 1) / at_once;
  pool.parallel_for(op.segments * parts, [&](std::int64_t item, int) {
    const std::int64_t segment = item / parts, first = item % parts * at_once;
    const std::int64_t count = std::min(at_once, op.segment - first);
    const std::int64_t from = segment * op.segment + first;
    const std::int64_t from_b = segment * op.b_segment + (op.repeats ? 0 : first);
    const std::int64_t b_step = op.repeats ? 0 : op.pixel;
    if (op.dtype == DType::int16)
      kernels.s16(op, static_cast<const std::int16_t*>(a) + from, static_cast<const std::int16_t*>(b) + from_b, b_step,
                  static_cast<std::int16_t*>(y) + from, count);
    else
      kernels.u8(op, sum, static_cast<const std::uint8_t*>(a) + from, static_cast<const std::uint8_t*>(b) + from_b,
                 b_step, static_cast<std::uint8_t*>(y) + from, count);
  });
}

}  // namespace diolkos::kernels::integer
