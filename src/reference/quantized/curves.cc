// HardSwish in 16-bit fixed point (8-bit tensors), and the logistic function of int16 tensors from a table.
#include <array>
#include <cmath>

#include "reference/quantized/fixed_point.h"
#include "reference/quantized/operand.h"
#include "reference/quantized/quantized.h"

namespace diolkos::reference::quantized {
namespace {

std::int16_t saturated16(std::int32_t value) { return saturated<std::int16_t>(value); }

// round(a * b / 2^15), half away from zero.
std::int16_t rounding_product(std::int16_t a, std::int16_t b) {
  if (a == -32768 && b == -32768) return 32767;
  const std::int32_t product = static_cast<std::int32_t>(a) * b;
  const std::int32_t nudge = product >= 0 ? (1 << 14) : 1 - (1 << 14);
  return static_cast<std::int16_t>((product + nudge) / (1 << 15));
}

// a * b / 2^15, towards zero.
std::int16_t truncating_product(std::int16_t a, std::int16_t b) {
  if (a == -32768 && b == -32768) return 32767;
  return static_cast<std::int16_t>(static_cast<std::int32_t>(a) * b / (1 << 15));
}

std::int16_t shifted_left(std::int16_t value, int by) {
  return saturated16(static_cast<std::int32_t>(value) * (1 << by));
}

std::int16_t divided(std::int16_t value, int exponent) {
  return static_cast<std::int16_t>(divide_by_power(value, exponent));
}

struct Multiplier16 {
  std::int16_t mantissa;
  int exponent;

  explicit Multiplier16(double real) {
    const Multiplier wide = Multiplier::of(real);
    exponent = wide.exponent;
    constexpr std::int32_t kHalf = 1 << 15;
    mantissa = wide.mantissa >= std::numeric_limits<std::int32_t>::max() - kHalf
                   ? std::numeric_limits<std::int16_t>::max()
                   : static_cast<std::int16_t>((wide.mantissa + kHalf) >> 16);
  }
};

}  // namespace

// x * relu6(x + 3) / 6: x in 1/128 steps of its scale; (relu6(x + 3) / 6) as 3 / 32768 steps, clamped by saturation.
Status hard_swish(const Call& call) {
  const graph::Quantization &x = quantization_of(call, 0), &y = output_quantization(call);
  const float fine = (1.0f / 128.0f) * scale_of(x);
  const Multiplier16 to_output(static_cast<double>(fine / scale_of(y)));
  const Multiplier16 to_gate(static_cast<double>(fine / (3.0f / 32768.0f)));
  return visit_stored(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    if (call.in(0).dtype() != call.out().dtype() || sizeof(T) != 1) return call.refuse(call.in(0).dtype());
    const T* from = data<T>(call.in(0));
    T* to = mutable_data<T>(call.out());
    for (std::int64_t i = 0; i < call.out().elements(); ++i) {
      const auto value = static_cast<std::int16_t>((static_cast<std::int32_t>(from[i]) - zero_point_of(x)) * (1 << 7));
      const std::int16_t scaled = rounding_product(value, to_output.mantissa);
      std::int16_t gate = value;
      if (to_gate.exponent > 0) gate = shifted_left(gate, to_gate.exponent - 1);
      gate = rounding_product(gate, to_gate.mantissa);
      if (to_gate.exponent > 0) gate = shifted_left(gate, 1);
      if (to_gate.exponent < 0) gate = divided(gate, -to_gate.exponent);
      gate = static_cast<std::int16_t>((gate + (1 << 15)) >> 1);
      const std::int16_t product = truncating_product(gate, scaled);
      const std::int32_t result = divided(product, std::max(-to_output.exponent, 0)) + zero_point_of(y);
      to[i] = saturated<T>(result);
    }
    return {};
  });
}

namespace {

// round(65536 / (1 + exp(-i / 24))).
const std::array<std::uint16_t, 256>& logistic_table() {
  static const std::array<std::uint16_t, 256> table = [] {
    std::array<std::uint16_t, 256> values{};
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<std::uint16_t>(
          std::min(65535.0, std::round(65536.0 / (1.0 + std::exp(-static_cast<double>(i) / 24.0)))));
    return values;
  }();
  return table;
}

}  // namespace

// The input goes to steps of 1 / (3 * 4096); the table is interpolated between its steps of 1 / 24.
Status logistic16(const Call& call) {
  if (call.out().dtype() != DType::int16) return call.refuse(call.out().dtype());
  double real = static_cast<double>(scale_of(quantization_of(call, 0))) * 4096.0 * 3.0;
  int shift = 0;
  while (real <= 32767.0 / 2.0 && shift <= 30) {
    ++shift;
    real *= 2.0;
  }
  const auto multiplier = static_cast<std::int32_t>(real);
  const std::int32_t half = shift > 0 ? 1 << (shift - 1) : 0;
  const auto& table = logistic_table();
  const auto* from = data<std::int16_t>(call.in(0));
  auto* to = mutable_data<std::int16_t>(call.out());
  for (std::int64_t i = 0; i < call.out().elements(); ++i) {
    const std::int32_t value =
        static_cast<std::int32_t>((static_cast<std::int64_t>(from[i]) * multiplier + half) >> shift);
    const auto magnitude = static_cast<std::uint32_t>(std::abs(value));
    const std::uint32_t entry = magnitude >> 9;
    std::uint32_t result = 0x7FFFu << 10;
    if (entry < 255) {
      const std::uint32_t low = table[entry], high = table[entry + 1];
      result = (low << 9) + (magnitude & 0x1FFu) * (high - low);
    }
    result = value >= 0 ? result + (1u << 9) : (1u << 25) - result + (1u << 9) - 1;
    to[i] = static_cast<std::int16_t>(result >> 10);
  }
  return {};
}

}  // namespace diolkos::reference::quantized
