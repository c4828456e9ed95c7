// Four outputs in a NEON register, for dot_impl.h.
#pragma once

#include <arm_neon.h>

#include "kernels/integer/dot_impl.h"

namespace diolkos::kernels::integer {
namespace {

struct Register128 {
  using Register = int32x4_t;
  static constexpr int kLanes = 4;
  static Register load(const void* from) { return vld1q_s32(static_cast<const std::int32_t*>(from)); }
  static void store(void* to, Register value) { vst1q_s32(static_cast<std::int32_t*>(to), value); }
  static Register add(Register a, Register b) { return vaddq_s32(a, b); }
  static Register splat(std::int32_t value) { return vdupq_n_s32(value); }
};

}  // namespace
}  // namespace diolkos::kernels::integer
