// Include from a file compiled for one instruction set, which defines store_kernels_NAME().
#pragma once

#include "kernels/integer/pointwise_block.h"
#include "kernels/integer/store.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kOutputsOfTile = 32;

template <class Sum, class Out>
__attribute__((noinline)) void exact_lanes(const Scaling& by, std::int64_t channel, const Sum* sums, int lanes,
                                           Out* out) {
  for (int i = 0; i < lanes; ++i) {
    const auto c = static_cast<std::size_t>(channel + i);
    Sum sum = sums[i];
    if constexpr (sizeof(Sum) == 8) sum += by.wide_bias[c];
    const std::int64_t value = static_cast<std::int64_t>(multiply(sum, by.mantissas[c], by.exponents[c])) + by.zero;
    out[i] = static_cast<Out>(value < by.low ? by.low : value > by.high ? by.high : value);
  }
}

// Sixteen lanes in integers.
DIOLKOS_LANES void exact_block(const Scaling& by, std::int64_t channel, const std::int32_t* sums, std::int16_t* out) {
  const Longs value =
      multiply_lanes(load(sums), load(by.mantissas.data() + channel), -load(by.exponents.data() + channel));
  store(out, clamp_longs(value + by.zero, by.low, by.high));
}
DIOLKOS_LANES void exact_block(const Scaling& by, std::int64_t channel, const std::int64_t* sums, std::int16_t* out) {
  const Longs sum = loaded<Longs>(sums) + loaded<Longs>(by.wide_bias.data() + channel);
  const Longs value = multiply_lanes(sum, load(by.mantissas.data() + channel), -load(by.exponents.data() + channel));
  // The product is cut to 32 bits before the zero point is added.
  const Longs narrow = to_longs(to_ints(value));
  store(out, clamp_longs(narrow + by.zero, by.low, by.high));
}

constexpr float kDoubt = 0.4999f;  // a fraction beyond it may have been on the other side of the half

// What a register of channels is scaled by: what is stored might be any of it for all that the compiler knows.
struct Column {
  RegisterFloats scales, nudges;
};

DIOLKOS_LANES Column column_of(const Scaling& by, std::int64_t channel) {
  return {load_register(by.scales.data() + channel), load_register(by.nudges.data() + channel)};
}

template <class Sum>
DIOLKOS_LANES void store_block(const Scaling& by, std::int64_t channel, const Sum* sums, int lanes, std::int16_t* out) {
  if (lanes == 16 && by.below_one)
    exact_block(by, channel, sums, out);
  else
    exact_lanes(by, channel, sums, lanes, out);
}

// One pixel's register of channels less the zero point, not clamped yet.
struct Rounded {
  RegisterFloats whole, fraction;
};

DIOLKOS_LANES Rounded scaled_lanes(const Column& column, const std::int32_t* sums) {
  const RegisterInts sum = load_register(sums);
  Rounded rounded;
  rounded.whole = whole_lanes(multiply_add(to_floats(sum), column.scales, with_sign(column.nudges, sum)),
                              rounded.fraction);
  return rounded;
}

DIOLKOS_LANES void store_block(const Scaling& by, std::int64_t channel, const std::int32_t* sums, int lanes,
                               std::uint8_t* out) {
  if (lanes < 16 || !by.by_float) return exact_lanes(by, channel, sums, lanes, out);
  const ToBytes bytes = to_bytes(by.zero, by.low, by.high);
  for (int i = 0; i < 16; i += kRegister) {
    const Rounded rounded = scaled_lanes(column_of(by, channel + i), sums + i);
    if (__builtin_expect(any_beyond(farther(rounded.fraction, rounded.fraction), kDoubt), false))
      exact_lanes(by, channel + i, sums + i, kRegister, out + i);
    else
      store_bytes(out + i, bytes, rounded.whole);
  }
}

// Sums of convolutions, as they are.
struct Alone {
  ToBytes bytes;
  float doubt;

  explicit Alone(const StoreArgs& args)
      : bytes(to_bytes(args.scaling->zero, args.scaling->low, args.scaling->high)), doubt(kDoubt) {}

  DIOLKOS_LANES Rounded finish(const Rounded& of, const std::uint8_t*) const { return of; }
};

// With another image added.
struct Added {
  Terms terms;
  RegisterFloats low, high;  // of the result before the sum, less its zero point
  ToBytes bytes;
  float doubt;

  explicit Added(const StoreArgs& args)
      : terms(terms_of(args.sum->op, args.sum->by)),
        low(in_all_lanes(static_cast<float>(args.scaling->low - args.scaling->zero))),
        high(in_all_lanes(static_cast<float>(args.scaling->high - args.scaling->zero))),
        bytes(terms.bytes),
        doubt(terms.doubt < kDoubt ? terms.doubt : kDoubt) {}

  DIOLKOS_LANES Rounded finish(const Rounded& of, const std::uint8_t* added) const {
    Rounded sum;
    sum.whole = summed_lanes(terms, clamp_lanes(of.whole, low, high), to_floats(load_register(added)), sum.fraction);
    sum.fraction = farther(of.fraction, sum.fraction);
    return sum;
  }
};

// Those lanes of a register again, in integers, whose doubt is beyond the bound. Not inlined: it is rare.
__attribute__((noinline)) void correct(const StoreArgs& args, std::int64_t channel, const float* doubt, float bound,
                                       const std::int32_t* sums, const std::uint8_t* added, std::uint8_t* out) {
  for (int i = 0; i < kRegister; ++i) {
    if (doubt[i] <= bound && doubt[i] >= -bound) continue;
    exact_lanes(*args.scaling, channel + i, sums + i, 1, out + i);
    if (args.sum != nullptr) out[i] = exact_pointwise<std::uint8_t>(args.sum->op, out[i], added[i]);
  }
}
DIOLKOS_LANES void correct(const StoreArgs& args, std::int64_t channel, const RegisterFloats& doubt, float bound,
                           const std::int32_t* sums, const std::uint8_t* added, std::uint8_t* out) {
  float lanes[kRegister];
  std::memcpy(lanes, &doubt, sizeof(doubt));
  correct(args, channel, lanes, bound, sums, added, out);
}

// A register of whole channels of every pixel, two pixels to a question of doubt.
template <class Ending>
void column_to_u8(const StoreArgs& args, const Ending& ending, std::int64_t channel, const std::int32_t* sums,
                  const std::uint8_t* added, std::uint8_t* out) {
  const Column column = column_of(*args.scaling, channel);
  const std::int64_t stride = args.pixel_stride;
  int left = args.pixels;
  for (; left >= 2; left -= 2, sums += 2 * kOutputsOfTile, added += 2 * stride, out += 2 * stride) {
    const Rounded first = ending.finish(scaled_lanes(column, sums), added);
    const Rounded second = ending.finish(scaled_lanes(column, sums + kOutputsOfTile), added + stride);
    store_bytes(out, ending.bytes, first.whole);
    store_bytes(out + stride, ending.bytes, second.whole);
    if (__builtin_expect(!any_beyond(farther(first.fraction, second.fraction), ending.doubt), true)) continue;
    correct(args, channel, first.fraction, ending.doubt, sums, added, out);
    correct(args, channel, second.fraction, ending.doubt, sums + kOutputsOfTile, added + stride, out + stride);
  }
  if (left == 0) return;
  const Rounded last = ending.finish(scaled_lanes(column, sums), added);
  store_bytes(out, ending.bytes, last.whole);
  if (any_beyond(farther(last.fraction, last.fraction), ending.doubt))
    correct(args, channel, last.fraction, ending.doubt, sums, added, out);
}

void exact_pixels(const StoreArgs& args, std::int64_t channel, const std::int32_t* sums, int lanes,
                  const std::uint8_t* added, std::uint8_t* out) {
  for (int p = 0; p < args.pixels; ++p, sums += kOutputsOfTile, out += args.pixel_stride, added += args.pixel_stride) {
    exact_lanes(*args.scaling, channel, sums, lanes, out);
    if (args.sum == nullptr) continue;
    for (int i = 0; i < lanes; ++i) out[i] = exact_pointwise<std::uint8_t>(args.sum->op, out[i], added[i]);
  }
}

template <class Ending>
void columns_to_u8(const StoreArgs& args, std::int64_t channel, const std::int32_t* sums, const std::uint8_t* added,
                   std::uint8_t* out) {
  const Ending ending(args);
  for (int i = 0; i < 16; i += kRegister) column_to_u8(args, ending, channel + i, sums + i, added + i, out + i);
}

void store_u8(const StoreArgs& args, const std::int32_t* sums, std::uint8_t* out) {
  for (int i = 0; i < args.lanes; i += 16) {
    const int lanes = args.lanes - i < 16 ? args.lanes - i : 16;
    const std::int64_t channel = args.channel + i;
    // Without a sum nobody reads what is added.
    const std::uint8_t* const added = args.sum == nullptr ? out + i : args.added + i;
    if (lanes < 16 || !args.scaling->by_float || (args.sum != nullptr && !args.sum->by.certain))
      exact_pixels(args, channel, sums + i, lanes, added, out + i);
    else if (args.sum != nullptr)
      columns_to_u8<Added>(args, channel, sums + i, added, out + i);
    else
      columns_to_u8<Alone>(args, channel, sums + i, added, out + i);
  }
}

template <class Sum, class Out>
void store_pixels(const StoreArgs& args, const Sum* sums, Out* out) {
  for (int p = 0; p < args.pixels; ++p, sums += kOutputsOfTile, out += args.pixel_stride)
    for (int i = 0; i < args.lanes; i += 16)
      store_block(*args.scaling, args.channel + i, sums + i, args.lanes - i < 16 ? args.lanes - i : 16, out + i);
}

void widen_add(const std::int32_t* from, std::int64_t* sums, std::int64_t count) {
  for (std::int64_t i = 0; i < count; i += 16) {
    const Longs sum = loaded<Longs>(sums + i) + to_longs(load(from + i));
    std::memcpy(sums + i, &sum, sizeof(sum));
  }
}

constexpr StoreKernels kStoreKernels{store_u8, store_pixels<std::int32_t, std::int16_t>,
                                     store_pixels<std::int64_t, std::int16_t>, widen_add};

}  // namespace
}  // namespace diolkos::kernels::integer
