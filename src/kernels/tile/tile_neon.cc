// FMLA by element: four channels of a pixel in a register, each multiplied by one lane of it.
#include "kernels/tile/tile_families.h"
#include "kernels/tile/tile_impl.h"

namespace diolkos::kernels::tile {
namespace {

inline Quarter quarter(const float* p) { return vld1q_f32(p); }
inline Quarter quarter(const Bfloat16* p) { return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(&p->bits), 16)); }
inline Quarter quarter(const Float16* p) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(&p->bits))); }

// The sum where it stands: left to itself, GCC 12 renames sums until some live on the stack.
template <int lane>
inline void accumulate(Quarter& sum, Quarter weights, Quarter inputs) {
  __asm__("fmla %0.4s, %1.4s, %2.s[%3]" : "+w"(sum) : "w"(weights), "w"(inputs), "i"(lane));
}

template <int lane, int pixels, class Weight>
inline __attribute__((always_inline)) void multiply(Block16 (&sum)[pixels][1], const Quarter (&x)[pixels],
                                                    const Weight* weights) {
#pragma GCC unroll 4
  for (int q = 0; q < 4; ++q) {
    const Quarter weight = quarter(weights + 16 * lane + 4 * q);
#pragma GCC unroll 14
    for (int p = 0; p < pixels; ++p) accumulate<lane>(sum[p][0].q[q], weight, x[p]);
  }
}

template <int pixels, class Weight>
void run_lanes(const Args& args) {
  constexpr int kDepth = 16, kLanes = 4;
  Block16 sum[pixels][1];
  start<1, pixels>(args, sum);
  const auto* weights = static_cast<const Weight*>(args.weights);
  const std::int32_t* const end = args.offsets + args.steps;
  for (const std::int32_t* offset = args.offsets; offset != end; ++offset) {
    const float* input = static_cast<const float*>(args.input) + *offset;
    const int busy = offset + 1 == end ? kDepth - args.idle : kDepth;
    for (int k = 0; k < busy; k += kLanes, input += kLanes, weights += kLanes * 16) {
      Quarter x[pixels];
#pragma GCC unroll 14
      for (int p = 0; p < pixels; ++p) x[p] = vld1q_f32(input + p * kDepth);
      multiply<0, pixels>(sum, x, weights);
      multiply<1, pixels>(sum, x, weights);
      multiply<2, pixels>(sum, x, weights);
      multiply<3, pixels>(sum, x, weights);
    }
  }
  finish<1, pixels>(args, sum);
}

template <class Weight, int... pixels>
void fill_lanes(Kernel (&row)[kMaxPixels], std::integer_sequence<int, pixels...>) {
  ((row[pixels] = run_lanes<pixels + 1, Weight>), ...);
}

}  // namespace

Family family_neon() {
  constexpr int kPixels = 6;
  constexpr auto pixels = std::make_integer_sequence<int, kPixels>{};
  Family family{cpu::Isa::neon, 1, kPixels, {}, {}};
  fill_lanes<float>(family.kernels[static_cast<int>(Form::blocked)][0], pixels);
  fill<Form::plain, 1>(family.kernels[static_cast<int>(Form::plain)][0], pixels);
  fill_lanes<Bfloat16>(family.stored[0][0], pixels);
  fill_lanes<Float16>(family.stored[1][0], pixels);
  return family;
}

}  // namespace diolkos::kernels::tile
