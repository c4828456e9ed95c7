// The eight tile registers of a thread, as the manual defines the instructions on them (TILELOADD, TILESTORED,
// TILEZERO, TDPBUSD).
#include <cstring>

#include "kernels/integer/tiles_impl.h"

namespace diolkos::kernels::integer {
namespace {

struct Model {
  struct Tile {
    int rows = 0;
    std::uint8_t bytes[kTileRows][64] = {};
  };

  static Tile* tiles() {
    thread_local Tile all[8];
    return all;
  }
  static void configure(int rows) {
    for (int t = 0; t < 8; ++t) tiles()[t].rows = t < 6 ? rows : kTileSteps;
  }
  template <int t>
  static void zero() {
    std::memset(tiles()[t].bytes, 0, sizeof(Tile::bytes));
  }
  template <int t>
  static void load(const void* from, std::int64_t stride) {
    for (int row = 0; row < tiles()[t].rows; ++row)
      std::memcpy(tiles()[t].bytes[row], static_cast<const std::uint8_t*>(from) + row * stride, 64);
  }
  template <int t>
  static void store(void* to, std::int64_t stride) {
    for (int row = 0; row < tiles()[t].rows; ++row)
      std::memcpy(static_cast<std::uint8_t*>(to) + row * stride, tiles()[t].bytes[row], 64);
  }
  template <int sum, int inputs, int weights>
  static void multiply_add() {
    Tile &c = tiles()[sum], &a = tiles()[inputs], &b = tiles()[weights];
    for (int m = 0; m < c.rows; ++m) {
      std::int32_t row[16];
      std::memcpy(row, c.bytes[m], sizeof(row));
      for (int k = 0; k < b.rows; ++k)
        for (int n = 0; n < 16; ++n)
          for (int i = 0; i < 4; ++i) row[n] += a.bytes[m][4 * k + i] * static_cast<std::int8_t>(b.bytes[k][4 * n + i]);
      std::memcpy(c.bytes[m], row, sizeof(row));
    }
  }
};

}  // namespace

DotKernel dot4_amx_model() { return make_tiles<Model>(); }

}  // namespace diolkos::kernels::integer
