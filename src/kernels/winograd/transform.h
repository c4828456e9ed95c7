// Winograd's transforms of tiles of channel-blocked images (matrices.h): one tile of one block of 16 channels a call.
//
// A dilated convolution is dilation x dilation interleaved plain ones, so a tile's pixels are `dilation` apart. Pixels
// outside the image count as zeros when read and are skipped when written.
//
//   input    products[(i * (m+2) + j) * stride] = (B d B^T)[i][j],   d[i][j] = the pixel at row + i * dilation, …
//   output   the pixel at row + i * dilation, … = activation((A p A^T)[i][j] + bias + residual),  i, j < m
//   filter   product[(i * (m+2) + j) * stride]  = (G g G^T)[i][j],   over `lanes` filters side by side, in double
#pragma once

#include <cstdint>

#include "cpu/features.h"
#include "kernels/activation.h"

namespace diolkos::kernels::winograd {

struct Tile {
  std::int64_t height;  // of the image
  std::int64_t width;
  std::int64_t row;     // of the tile's first pixel; may be outside
  std::int64_t column;
  std::int64_t dilation;
};

struct InputTile {
  Tile tile;
  const float* plane;   // [height][width][16]
  float* products;
  std::int64_t stride;  // floats
};

struct OutputTile {
  Tile tile;
  const float* products;
  std::int64_t stride;
  const float* bias;      // [16]
  const float* residual;  // a plane like the output, or null
  float* plane;
  Activation activation;
};

struct Kernels {
  void (*input)(const InputTile&);
  void (*output)(const OutputTile&);
};

inline constexpr int kOutputs[] = {2, 3, 4, 6};  // every m there is

Kernels kernels(cpu::Isa isa, int m);

// taps: [9][lanes]; products: (m + 2)^2 rows of lanes, `stride` floats apart.
void transform_filters(int m, std::int64_t lanes, const float* taps, float* products, std::int64_t stride);

#define DIOLKOS_ISA(name) Kernels kernels_##name(int m);
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::winograd
