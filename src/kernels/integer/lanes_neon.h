// lanes.h for NEON: sixteen lanes as four registers.
#pragma once

#include <arm_neon.h>

#include <cstdint>
#include <cstring>

namespace diolkos::kernels::integer {
namespace {

struct Quarters {
  int32x4_t q[4];
};
struct FloatQuarters {
  float32x4_t q[4];
};
struct LongEighths {
  int64x2_t e[8];
};

DIOLKOS_LANES Quarters quarters(Ints x) { return loaded<Quarters>(&x); }
DIOLKOS_LANES FloatQuarters quarters(Floats x) { return loaded<FloatQuarters>(&x); }
DIOLKOS_LANES LongEighths eighths(Longs x) { return loaded<LongEighths>(&x); }

template <class F>
DIOLKOS_LANES Ints ints(F of) {
  const Quarters all{{of(0), of(1), of(2), of(3)}};
  return loaded<Ints>(&all);
}
template <class F>
DIOLKOS_LANES Floats floats(F of) {
  const FloatQuarters all{{of(0), of(1), of(2), of(3)}};
  return loaded<Floats>(&all);
}
// Of two halves of each quarter.
template <class Low, class High>
DIOLKOS_LANES Longs longs(Low low, High high) {
  const LongEighths all{{low(0), high(0), low(1), high(1), low(2), high(2), low(3), high(3)}};
  return loaded<Longs>(&all);
}

DIOLKOS_LANES Ints load(const std::uint8_t* from) {
  const uint8x16_t bytes = vld1q_u8(from);
  const uint16x8_t half[2] = {vmovl_u8(vget_low_u8(bytes)), vmovl_high_u8(bytes)};
  return ints([&](int i) {
    return vreinterpretq_s32_u32(i % 2 == 0 ? vmovl_u16(vget_low_u16(half[i / 2])) : vmovl_high_u16(half[i / 2]));
  });
}
DIOLKOS_LANES Ints load(const std::int16_t* from) {
  return ints([from](int i) { return vmovl_s16(vld1_s16(from + 4 * i)); });
}

DIOLKOS_LANES Floats to_floats(Ints x) {
  const Quarters part = quarters(x);
  return floats([&](int i) { return vcvtq_f32_s32(part.q[i]); });
}
DIOLKOS_LANES Longs to_longs(Ints x) {
  const Quarters part = quarters(x);
  return longs([&](int i) { return vmovl_s32(vget_low_s32(part.q[i])); },
               [&](int i) { return vmovl_high_s32(part.q[i]); });
}
DIOLKOS_LANES Ints to_ints(Longs x) {
  const LongEighths part = eighths(x);
  return ints([&](int i) { return vmovn_high_s64(vmovn_s64(part.e[2 * i]), part.e[2 * i + 1]); });
}

DIOLKOS_LANES Longs products(Ints a, Ints b) {
  const Quarters x = quarters(a), y = quarters(b);
  return longs([&](int i) { return vmull_s32(vget_low_s32(x.q[i]), vget_low_s32(y.q[i])); },
               [&](int i) { return vmull_high_s32(x.q[i], y.q[i]); });
}

DIOLKOS_LANES Floats multiply_add(Floats a, Floats b, Floats c) {
  const FloatQuarters x = quarters(a), y = quarters(b), z = quarters(c);
  return floats([&](int i) { return vfmaq_f32(z.q[i], x.q[i], y.q[i]); });
}

// Of values that fit.
DIOLKOS_LANES int16x8_t to_shorts(const Quarters& x, int first) {
  return vmovn_high_s32(vmovn_s32(x.q[first]), x.q[first + 1]);
}
DIOLKOS_LANES void store(std::uint8_t* to, Ints x) {
  const Quarters part = quarters(x);
  vst1q_u8(to, vreinterpretq_u8_s8(vmovn_high_s16(vmovn_s16(to_shorts(part, 0)), to_shorts(part, 2))));
}
DIOLKOS_LANES void store(std::int16_t* to, Ints x) {
  const Quarters part = quarters(x);
  vst1q_s16(to, to_shorts(part, 0));
  vst1q_s16(to + 8, to_shorts(part, 2));
}

DIOLKOS_LANES Ints larger(Ints a, Ints b) {
  const Quarters x = quarters(a), y = quarters(b);
  return ints([&](int i) { return vmaxq_s32(x.q[i], y.q[i]); });
}
DIOLKOS_LANES Ints clamp_lanes(Ints x, Ints low, Ints high) {
  const Quarters part = quarters(x), least = quarters(low), most = quarters(high);
  return ints([&](int i) { return vminq_s32(vmaxq_s32(part.q[i], least.q[i]), most.q[i]); });
}
DIOLKOS_LANES Ints clamp_lanes(Ints x, std::int32_t low, std::int32_t high) {
  return clamp_lanes(x, Ints{} + low, Ints{} + high);
}
// Narrowing saturates.
DIOLKOS_LANES Ints clamp_longs(Longs x, std::int32_t low, std::int32_t high) {
  const LongEighths part = eighths(x);
  return clamp_lanes(ints([&](int i) { return vqmovn_high_s64(vqmovn_s64(part.e[2 * i]), part.e[2 * i + 1]); }), low,
                     high);
}

}  // namespace
}  // namespace diolkos::kernels::integer
