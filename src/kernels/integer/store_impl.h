// Include from a file compiled for one instruction set, which defines store_kernels_NAME().
#pragma once

#include "kernels/integer/pointwise_block.h"
#include "kernels/integer/store.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kOutputsOfTile = 32;

template <class Sum, class Out>
__attribute__((noinline)) void exact_lanes(const Scaling& by, std::int64_t channel, const Sum* sums, int lanes, Out* out) {
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

// What a register of channels is scaled by: what is stored might be any of it for all that the compiler knows.
struct Column {
  RegisterFloats scales, nudges;
  RegisterInts zero, low, high;
};

DIOLKOS_LANES Column column_of(const Scaling& by, std::int64_t channel) {
  return {load_register(by.scales.data() + channel), load_register(by.nudges.data() + channel), in_all_lanes(by.zero),
          in_all_lanes(by.low), in_all_lanes(by.high)};
}

// A register of clamped results.
DIOLKOS_LANES RegisterInts lanes_to_u8(const Column& column, const Scaling& by, std::int64_t channel,
                                       const std::int32_t* sums) {
  RegisterFloats doubt;
  const RegisterInts value =
      round_lanes(to_floats(load_register(sums)) * column.scales, column.nudges, doubt) + column.zero;
  if (__builtin_expect(!any_beyond(doubt, kDoubt), true)) return clamp_lanes(value, column.low, column.high);
  std::uint8_t bytes[kRegister];
  exact_lanes(by, channel, sums, kRegister, bytes);
  return load_register(bytes);
}

template <class Sum>
DIOLKOS_LANES void store_block(const Scaling& by, std::int64_t channel, const Sum* sums, int lanes, std::int16_t* out) {
  if (lanes == 16 && by.by_float)
    exact_block(by, channel, sums, out);
  else
    exact_lanes(by, channel, sums, lanes, out);
}
DIOLKOS_LANES void store_block(const Scaling& by, std::int64_t channel, const std::int32_t* sums, int lanes,
                               std::uint8_t* out) {
  if (lanes < 16 || !by.by_float) return exact_lanes(by, channel, sums, lanes, out);
  for (int i = 0; i < 16; i += kRegister)
    store(out + i, lanes_to_u8(column_of(by, channel + i), by, channel + i, sums + i));
}

DIOLKOS_LANES void add_and_store(const StoredSum& sum, const Terms& terms, RegisterInts value,
                                 const std::uint8_t* added, std::uint8_t* out) {
  RegisterFloats doubt;
  const RegisterInts both = pointwise_lanes<false>(terms, value, load_register(added), doubt);
  if (__builtin_expect(any_beyond(doubt, terms.doubt), false)) {
    std::uint8_t bytes[kRegister];
    store(bytes, value);
    exact_register(sum.op, bytes, added, out);
  } else {
    store(out, both);
  }
}

// A register of whole channels of every pixel.
template <bool adds>
void column_to_u8(const StoreArgs& args, std::int64_t channel, const std::int32_t* sums, const std::uint8_t* added,
                  std::uint8_t* out) {
  const Scaling& by = *args.scaling;
  const Column column = column_of(by, channel);
  Terms terms;
  if constexpr (adds) terms = terms_of(args.sum->op, args.sum->by);
  for (int p = 0; p < args.pixels; ++p, sums += kOutputsOfTile, out += args.pixel_stride, added += args.pixel_stride) {
    const RegisterInts value = lanes_to_u8(column, by, channel, sums);
    if constexpr (adds)
      add_and_store(*args.sum, terms, value, added, out);
    else
      store(out, value);
  }
}

void exact_pixels(const StoreArgs& args, std::int64_t channel, const std::int32_t* sums, int lanes,
                  const std::uint8_t* added, std::uint8_t* out) {
  for (int p = 0; p < args.pixels; ++p, sums += kOutputsOfTile, out += args.pixel_stride, added += args.pixel_stride) {
    exact_lanes(*args.scaling, channel, sums, lanes, out);
    if (args.sum == nullptr) continue;
    for (int i = 0; i < lanes; ++i) out[i] = exact_pointwise<std::uint8_t>(args.sum->op, out[i], added[i]);
  }
}

template <bool adds>
void columns_to_u8(const StoreArgs& args, std::int64_t channel, const std::int32_t* sums, const std::uint8_t* added,
                   std::uint8_t* out) {
  for (int i = 0; i < 16; i += kRegister) column_to_u8<adds>(args, channel + i, sums + i, added + i, out + i);
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
      columns_to_u8<true>(args, channel, sums + i, added, out + i);
    else
      columns_to_u8<false>(args, channel, sums + i, added, out + i);
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
