// AMX's eight tile registers of a thread, as every kernel here uses them: sums of up to 32 pixels by 32 outputs.
//
//   tiles 0, 1    sums of the first half of the pixels, by the first and the last 16 outputs
//   tiles 2, 3    those of the second half
//   tiles 4, 5    inputs of the two halves: a row of 64 bytes is what one pixel brings to a step
//   tiles 6, 7    weights: 16 rows of 64 bytes, each of 4 bytes for 16 outputs
//
// hardware.h has the instructions and model.h the same in plain C++, with one interface:
//   configure(first, second)    rows of the two halves, 1 to 16 each
//   release()    at the end of an item of work (held.h)
//   load<t>(from, stride), store<t>(to, stride)    a row every `stride` bytes
//   add_products_u8s8<sum, inputs, weights>()    TDPBUSD
//   add_products_bf16<sum, inputs, weights>()    TDPBF16PS
#pragma once

#include <cstdint>

namespace diolkos::kernels::amx {

inline constexpr int kRows = 16;      // of a tile, at most
inline constexpr int kRowBytes = 64;
inline constexpr int kTiles = 8;

constexpr int half_of(int tile) { return tile < 4 ? tile / 2 : tile - 4; }  // of a tile of sums or inputs: 0 or 1

// How many pixels the first tile takes: sixteen where more are wanted.
constexpr int first_half(int pixels) { return pixels < kRows ? pixels : kRows; }

// Of a rectangle of pixels, how many columns tiles along the rows should cover. Tiles down the columns cover the
// others, where that takes fewer of them than the ends of the rows would: an instruction takes as long for one row as
// for sixteen.
constexpr std::int64_t columns_along_rows(std::int64_t rows, std::int64_t columns) {
  const std::int64_t rest = columns % kRows;
  return rest * ((rows + kRows - 1) / kRows) < rows ? columns - rest : columns;
}

}  // namespace diolkos::kernels::amx
