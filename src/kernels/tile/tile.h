// The register tile of every dense product: a few pixels by one or two blocks of 16 outputs, summed over a list of
// steps. A convolution, a matrix product and the products of Winograd's method are lists of such tiles.
//
//   sum[b][p][o] = start + SUM_s SUM_{k < depth} input[offsets[s] + p * pixel_stride + k]
//                                                * weights[(s * depth + k) * 16 * blocks + 16 b + o]
//   start        = bias[16 b + o] where there is one, else output[b * output_block_stride + 16 p + o]
//   output[…]    = activation(sum + residual[b * output_block_stride + 16 p + o])
//
// Weights are float32, or 16-bit numbers (bfloat16, float16) that are widened as they are loaded; input and sums are
// float32. A `dot` tile has 16-bit inputs and weights. Of bfloat16 they are multiplied two or four at a time and summed
// in float32, and the weights of channels 2 k and 2 k + 1 lie together: weights[((s * depth / 2 + k) * 16 * blocks + 16
// b + o)
// * 2 + {0, 1}]. Of float16 some products are summed in float16, and those sums in float32. Of `split` dots a float32
// number x is two of bfloat16, high = round(x) and rest = round(x - high): a pixel's depth highs are followed by its
// rests, a step's weights too, and a product is high * high + rest * high + high * rest.
//
// for p < pixels, b < blocks, o < 16. `depth` and `pixel_stride` are the layout of the planes that the kernel reads.
#pragma once

#include <cstdint>
#include <span>

#include "cpu/features.h"
#include "kernels/activation.h"

namespace diolkos::kernels::tile {

struct Args {
  const void* input;            // float, or bfloat16 of a dot tile
  const std::int32_t* offsets;  // elements, from input
  std::int64_t steps;           // 0 is allowed: only the start and the end
  const void* weights;
  float* output;
  std::int64_t output_block_stride;  // elements
  const float* bias;                 // null: start from the output
  const float* residual;             // null: none
  Activation activation;
  // Channels at the end of the last step that add nothing, a multiple of 4: what follows the last real one in a block.
  // Tiles of blocked float32 inputs leave them out, others multiply them.
  int idle = 0;
  // From a pixel of the tile to its next, in pixels of the input's and the output's: others than 1 for matrix units
  // alone.
  std::int64_t input_step = 1;
  std::int64_t output_step = 1;
};

using Kernel = void (*)(const Args&);

// A plane: some channels of every pixel, pixel after pixel.
struct PlaneLayout {
  std::int64_t depth = 16;         // channels, the terms of one step
  std::int64_t pixel_stride = 16;  // elements
};
inline constexpr PlaneLayout kBlockedPlanes{16, 16};  // of channel-blocked activations
inline constexpr PlaneLayout kPlainPlanes{1, 1};

enum class Form { blocked, plain };
inline constexpr int kForms = 2;
inline constexpr PlaneLayout layout_of(Form form) { return form == Form::blocked ? kBlockedPlanes : kPlainPlanes; }
inline constexpr int kMaxBlocks = 2;
inline constexpr int kMaxPixels = 32;

enum class Storage { float32, bfloat16, float16 };  // of weights
inline constexpr int size_of(Storage storage) { return storage == Storage::float32 ? 4 : 2; }

// Tiles of up to max_blocks and max_pixels: kernels[blocks - 1][pixels - 1].
using Kernels = Kernel[kMaxBlocks][kMaxPixels];

// The tiles of one instruction set; null beyond max_blocks and max_pixels. 16-bit weights have the blocked form alone.
struct Family {
  cpu::Isa isa;
  int max_blocks;
  int max_pixels;
  Kernels kernels[kForms];
  Kernels stored[2];  // bfloat16, float16

  Kernel kernel(Form form, int blocks, int pixels, Storage storage = Storage::float32) const {
    const Kernels& table = storage == Storage::float32 ? kernels[static_cast<int>(form)]
                                                       : stored[storage == Storage::bfloat16 ? 0 : 1];
    return table[blocks - 1][pixels - 1];
  }
};

const Family& family(cpu::Isa isa);  // of a set that this build has; whether the CPU has it is for the caller to ask
void reference(Form form, int blocks, int pixels, const Args& args);  // the formula, in double, of float32

// Dot tiles, and what makes their inputs.
struct Dots {
  const char* instructions;  // "avx512"
  const char* numbers;       // "bf16"
  int max_blocks;
  int max_pixels;
  PlaneLayout layout;  // of the 16-bit planes that they read
  bool paired;         // the weights of two channels lie together
  bool split;
  // 16 channels of so many pixels, rounded to nearest, ties to even (subnormals of bfloat16 may become zero), to the
  // first or the second 16 of a pixel's depth at to[0], the next pixel's layout.pixel_stride behind. Of split dots the
  // rests go layout.depth behind the highs.
  void (*round)(const float* from, std::uint16_t* to, std::int64_t pixels);
  Kernels kernels;
  int rows = 1;                 // so many pixels cost what one does
  void (*release)() = nullptr;  // kernels/amx/held.h
};
const Dots* dots(cpu::Isa isa, Storage storage);  // null where the build or this CPU has none

// Those of matrix registers: bfloat16, and float32 split. The model of AMX is plain C++, for tests on any machine.
enum class MatrixUnit { none, amx, amx_model };
MatrixUnit matrix_unit(cpu::Isa isa);  // what this CPU has beside an instruction set
const Dots* matrix_dots(MatrixUnit unit, Storage storage);  // null where there are none

}  // namespace diolkos::kernels::tile
