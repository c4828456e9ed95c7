// The instructions themselves; for files compiled with AMX alone.
#pragma once

#include <immintrin.h>

#include "kernels/amx/tiles.h"

namespace diolkos::kernels::amx {

// Intel SDM volume 1, 18.3: palette 1.
struct alignas(64) TileConfig {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {};
  std::uint8_t rows[16] = {};
};

// Not of an anonymous namespace: a thread's configuration is one, whichever kernel made it.
struct Hardware {
  static int& configured() {
    thread_local int rows = 0;  // of both halves; 0: none
    return rows;
  }
  static void configure(int first, int second) {
    const int wanted = first * 256 + second;
    if (configured() == wanted) return;
    configured() = wanted;
    TileConfig config;
    for (int t = 0; t < kTiles; ++t) {
      config.row_bytes[t] = kRowBytes;
      config.rows[t] = static_cast<std::uint8_t>(t >= 6 ? kRows : half_of(t) == 0 ? first : second);
    }
    _tile_loadconfig(&config);
  }
  static void release() {
    configured() = 0;
    _tile_release();
  }
  // GCC's intrinsics paste the number of a tile from the source text, where a template parameter has none yet.
  template <int t>
  static void load(const void* from, std::int64_t stride) {
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(stride), "i"(t) : "memory");
  }
  template <int t>
  static void store(void* to, std::int64_t stride) {
    __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(stride), "i"(t) : "memory");
  }
  template <int sum, int inputs, int weights>
  static void add_products_u8s8() {
    __asm__ volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(sum), "i"(inputs), "i"(weights));
  }
  template <int sum, int inputs, int weights>
  static void add_products_bf16() {
    __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(sum), "i"(inputs), "i"(weights));
  }
};

}  // namespace diolkos::kernels::amx
