// Winograd's transforms for one instruction set; see transform.h.
#pragma once

#include "kernels/simd/activate.h"
#include "kernels/winograd/matrices.h"
#include "kernels/winograd/transform.h"

namespace diolkos::kernels::winograd {
namespace {

// out[r * out_step] = SUM_k matrix[r][k] * in[k * in_step], unrolled, the matrix's entries being constants.
template <int rows, int columns>
inline __attribute__((always_inline)) void multiply(const double (&matrix)[rows][columns], const Block16* in,
                                                    int in_step, Block16* out, int out_step) {
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
    Block16 sum = splat(0);
    bool any = false;
#pragma GCC unroll 8
    for (int k = 0; k < columns; ++k) {
      const double c = matrix[r][k];
      if (c == 0) continue;
      const Block16 x = in[k * in_step];
      if (c == 1)
        sum = any ? sum + x : x;
      else if (c == -1)
        sum = any ? sum - x : splat(0) - x;
      else
        sum = any ? multiply_add(splat(static_cast<float>(c)), x, sum) : splat(static_cast<float>(c)) * x;
      any = true;
    }
    out[r * out_step] = sum;
  }
}

inline bool inside(std::int64_t at, std::int64_t size) { return at >= 0 && at < size; }

template <int m>
void transform_input(const InputTile& args) {
  constexpr int size = m + 2;
  const Tile& tile = args.tile;
  Block16 rows[size * size];
  for (int i = 0; i < size; ++i) {
    Block16 pixels[size];
    const std::int64_t row = tile.row + i * tile.dilation;
    const float* from = args.plane + row * tile.width * 16;
#pragma GCC unroll 8
    for (int j = 0; j < size; ++j) {
      const std::int64_t column = tile.column + j * tile.dilation;
      pixels[j] = inside(row, tile.height) && inside(column, tile.width) ? load(from + column * 16) : splat(0);
    }
    multiply(matrices<m>.b, pixels, 1, rows + i * size, 1);
  }
  for (int j = 0; j < size; ++j) {
    Block16 products[size];
    multiply(matrices<m>.b, rows + j, size, products, 1);
#pragma GCC unroll 8
    for (int i = 0; i < size; ++i) store(args.products + (i * size + j) * args.stride, products[i]);
  }
}

inline void finish(const OutputTile& args, std::int64_t row, std::int64_t column, Block16 sum) {
  const std::int64_t at = (row * args.tile.width + column) * 16;
  sum = sum + load(args.bias);
  if (args.residual != nullptr) sum = sum + load(args.residual + at);
  store(args.plane + at, activate(args.activation, sum));
}

template <int m>
void transform_output(const OutputTile& args) {
  constexpr int size = m + 2;
  const Tile& tile = args.tile;
  Block16 rows[m * size];
  for (int j = 0; j < size; ++j) {
    Block16 products[size];
#pragma GCC unroll 8
    for (int i = 0; i < size; ++i) products[i] = load(args.products + (i * size + j) * args.stride);
    multiply(matrices<m>.a, products, 1, rows + j, size);
  }
  for (int i = 0; i < m; ++i) {
    const std::int64_t row = tile.row + i * tile.dilation;
    if (!inside(row, tile.height)) continue;
    Block16 pixels[m];
    multiply(matrices<m>.a, rows + i * size, 1, pixels, 1);
    for (int j = 0; j < m; ++j) {
      const std::int64_t column = tile.column + j * tile.dilation;
      if (inside(column, tile.width)) finish(args, row, column, pixels[j]);
    }
  }
}

template <int m>
constexpr Kernels kernels_for() {
  return {transform_input<m>, transform_output<m>};
}

inline Kernels choose(int m) {
  switch (m) {
    case 2: return kernels_for<2>();
    case 3: return kernels_for<3>();
    case 4: return kernels_for<4>();
    default: return kernels_for<6>();
  }
}

}  // namespace
}  // namespace diolkos::kernels::winograd
