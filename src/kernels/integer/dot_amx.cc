#include <immintrin.h>

#include "kernels/integer/tiles_impl.h"

namespace diolkos::kernels::integer {
namespace {

// Intel SDM volume 1, 18.3: palette 1.
struct alignas(64) TileConfig {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {};
  std::uint8_t rows[16] = {};
};

struct Hardware {
  // The thread's configuration is kept while the rows stay.
  static void configure(int rows) {
    thread_local int configured = 0;
    if (configured == rows) return;
    configured = rows;
    TileConfig config;
    for (int t = 0; t < 8; ++t) {
      config.row_bytes[t] = 64;
      config.rows[t] = static_cast<std::uint8_t>(t < 6 ? rows : kTileSteps);
    }
    _tile_loadconfig(&config);
  }
  // GCC's intrinsics paste the number of a tile from the source text, where a template parameter has none yet.
  template <int t>
  static void zero() {
    __asm__ volatile("tilezero %%tmm%c0" : : "i"(t));
  }
  template <int t>
  static void load(const void* from, std::int64_t stride) {
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(stride), "i"(t) : "memory");
  }
  template <int t>
  static void store(void* to, std::int64_t stride) {
    __asm__ volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(stride), "i"(t) : "memory");
  }
  template <int sum, int inputs, int weights>
  static void multiply_add() {
    __asm__ volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(sum), "i"(inputs), "i"(weights));
  }
};

}  // namespace

DotKernel dot4_amx() { return make_tiles<Hardware>(); }

}  // namespace diolkos::kernels::integer
