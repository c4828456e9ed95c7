// The tile of every integer convolution: a few pixels by 32 outputs, summed in 32 bits that wrap.
//
//   sums[p][o] = (start == null ? sums[p][o] : start[o])
//                + SUM_runs SUM_{s < steps, g < group} (input[p * pixel_stride + offset + (s * group + g)] - shift)
//                                                      * weights[step][o][g]
//
// for p < pixels, o < 32; `step` counts on through the runs. Offsets and strides are in bytes. Two forms: `dot4` of
// unsigned 8-bit inputs by signed 8-bit weights, four or eight at a time, `dot2` of signed 16-bit inputs and weights.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/integer/engine.h"

namespace diolkos::kernels::integer {

inline constexpr int kOutputs = 32;

struct Run {
  std::int64_t offset;
  std::int32_t steps;
};

struct DotArgs {
  const std::byte* input;
  std::int64_t pixel_stride;
  const Run* runs;
  int run_count;
  const std::byte* weights;  // on a boundary of 64 bytes
  const std::int32_t* start;  // null: the sums go on
  std::int32_t* sums;
};

struct DotKernel {
  int group = 0;
  int max_pixels = 0;
  void (*run)(const DotArgs& args, int pixels) = nullptr;
  // Each run's steps are a multiple of it (weights padded with zeros): the tile reads so far beyond the channels.
  int step_multiple = 1;
  std::int32_t shift = 0;  // of inputs
  int rows = 1;            // so many pixels cost what one does
  void (*release)() = nullptr;  // kernels/amx/held.h

  int element_bytes() const { return group == 2 ? 2 : 1; }
  int step_bytes() const { return kOutputs * group * element_bytes(); }  // of weights

  explicit operator bool() const { return run != nullptr; }
};

DotKernel dot4(Engine engine);  // none where the engine multiplies 16 bits only
DotKernel dot2(Engine engine);

// Of one file each.
DotKernel dot2_generic();
DotKernel dot2_avx2();
DotKernel dot4_avxvnni();
DotKernel dot2_avxvnni();
DotKernel dot4_vnni();
DotKernel dot2_vnni();
DotKernel dot4_amx();
DotKernel dot4_amx_model();
DotKernel dot2_neon();
DotKernel dot4_dotprod();
DotKernel dot4_i8mm();

}  // namespace diolkos::kernels::integer
