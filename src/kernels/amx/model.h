// The instructions as Intel's manual (SDM volume 2) defines them, in plain C++: the kernels' logic is tested with it on
// machines without AMX.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>

#include "base/half.h"
#include "kernels/amx/tiles.h"

namespace diolkos::kernels::amx {

class Model {
 public:
  static void configure(int first, int second) {
    for (int t = 0; t < kTiles; ++t) tile(t).rows = t >= 6 ? kRows : half_of(t) == 0 ? first : second;
  }
  static void release() {
    for (int t = 0; t < kTiles; ++t) tile(t) = {};
  }
  template <int t>
  static void load(const void* from, std::int64_t stride) {
    for (int row = 0; row < tile(t).rows; ++row)
      std::memcpy(tile(t).bytes[row], static_cast<const std::uint8_t*>(from) + row * stride, kRowBytes);
  }
  template <int t>
  static void store(void* to, std::int64_t stride) {
    for (int row = 0; row < tile(t).rows; ++row)
      std::memcpy(static_cast<std::uint8_t*>(to) + row * stride, tile(t).bytes[row], kRowBytes);
  }
  template <int sum, int inputs, int weights>
  static void add_products_u8s8() {
    for (int m = 0; m < tile(sum).rows; ++m) {
      auto row = tile(sum).template row<std::int32_t>(m);
      for (int k = 0; k < tile(weights).rows; ++k)
        for (int n = 0; n < 16; ++n)
          for (int i = 0; i < 4; ++i)
            row.at[n] += tile(inputs).bytes[m][4 * k + i] * static_cast<std::int8_t>(tile(weights).bytes[k][4 * n + i]);
      std::memcpy(tile(sum).bytes[m], row.at, kRowBytes);
    }
  }
  // Products of even and of odd elements are summed apart, each step rounded once; the two sums are added to the tile's
  // at the end. Subnormals count as zero everywhere.
  template <int sum, int inputs, int weights>
  static void add_products_bf16() {
    for (int m = 0; m < tile(sum).rows; ++m) {
      auto row = tile(sum).template row<float>(m);
      const auto a = tile(inputs).template row<std::uint16_t>(m);
      float even[16] = {}, odd[16] = {};
      for (int k = 0; k < tile(weights).rows; ++k) {
        const auto b = tile(weights).template row<std::uint16_t>(k);
        for (int n = 0; n < 16; ++n) {
          even[n] = flushed(std::fma(widened(a.at[2 * k]), widened(b.at[2 * n]), even[n]));
          odd[n] = flushed(std::fma(widened(a.at[2 * k + 1]), widened(b.at[2 * n + 1]), odd[n]));
        }
      }
      for (int n = 0; n < 16; ++n) row.at[n] = flushed(flushed(row.at[n]) + flushed(even[n] + odd[n]));
      std::memcpy(tile(sum).bytes[m], row.at, kRowBytes);
    }
  }

 private:
  template <class Element>
  struct Row {
    Element at[kRowBytes / sizeof(Element)];
  };
  struct Tile {
    int rows = 0;
    std::uint8_t bytes[kRows][kRowBytes] = {};

    template <class Element>
    Row<Element> row(int index) const {
      Row<Element> copy;
      std::memcpy(copy.at, bytes[index], kRowBytes);
      return copy;
    }
  };

  static Tile& tile(int index) {
    thread_local Tile tiles[kTiles];
    return tiles[index];
  }
  static float flushed(float x) { return std::abs(x) < std::numeric_limits<float>::min() ? std::copysign(0.0f, x) : x; }
  static float widened(std::uint16_t bits) { return flushed(bfloat16_to_float(bits)); }
};

}  // namespace diolkos::kernels::amx
