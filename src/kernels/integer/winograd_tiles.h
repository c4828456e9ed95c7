// Where Winograd's tiles of a 3x3 convolution of stride 1 lie, and whether they are worth it. A dilated convolution is
// dilation x dilation interleaved plain ones: their tiles stand in one list.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/integer/convolution.h"

namespace diolkos::kernels::integer {

struct WinogradTile {
  std::int32_t top, left;      // of the outputs, which are `dilation` apart
  std::int32_t rows, columns;  // of them inside the image, at most m
};

std::vector<WinogradTile> winograd_tiles(const conv2d::Shape& shape, int tile);

// 8-bit activations, int8 weights.
bool takes_winograd(const Spec& spec);
// 3 or 4; 0 where the sum as written takes fewer instructions.
int choose_winograd_tile(const Spec& spec);

}  // namespace diolkos::kernels::integer
