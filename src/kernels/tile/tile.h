// The register tile of every dense product: a few pixels by one or two blocks of 16 outputs, summed over a list of
// steps. A convolution, a matrix product and the products of Winograd's method are lists of such tiles.
//
//   sum[b][p][o] = start + SUM_s SUM_{k < depth} input[offsets[s] + p * pixel_stride + k]
//                                                * weights[(s * depth + k) * 16 * blocks + 16 b + o]
//   start        = bias[16 b + o] where there is one, else output[b * output_block_stride + 16 p + o]
//   output[…]    = activation(sum + residual[b * output_block_stride + 16 p + o])
//
// for p < pixels, b < blocks, o < 16. `depth` and `pixel_stride` are the kernel's form: 16 and 16 for channel-blocked
// activations (a step is 16 channels of one pixel), 1 and 1 for plain ones (a step is one element).
#pragma once

#include <cstdint>
#include <span>

#include "cpu/features.h"
#include "kernels/activation.h"

namespace diolkos::kernels::tile {

struct Args {
  const float* input;
  const std::int32_t* offsets;  // elements, from input
  std::int64_t steps;           // 0 is allowed: only the start and the end
  const float* weights;
  float* output;
  std::int64_t output_block_stride;  // elements
  const float* bias;                 // null: start from the output
  const float* residual;             // null: none
  Activation activation;
};

using Kernel = void (*)(const Args&);

enum class Form { blocked, plain };
inline constexpr int kForms = 2;
inline constexpr int depth_of(Form form) { return form == Form::blocked ? 16 : 1; }  // and the pixel stride
inline constexpr int kMaxBlocks = 2;
inline constexpr int kMaxPixels = 14;

// The tiles of one instruction set. kernels[form][blocks - 1][pixels - 1]; null beyond max_blocks and max_pixels.
struct Family {
  cpu::Isa isa;
  int max_blocks;
  int max_pixels;
  Kernel kernels[kForms][kMaxBlocks][kMaxPixels];

  Kernel kernel(Form form, int blocks, int pixels) const {
    return kernels[static_cast<int>(form)][blocks - 1][pixels - 1];
  }
};

const Family& family(cpu::Isa isa);  // of a set that this build has; whether the CPU has it is for the caller to ask
void reference(Form form, int blocks, int pixels, const Args& args);  // the formula, in double

}  // namespace diolkos::kernels::tile
