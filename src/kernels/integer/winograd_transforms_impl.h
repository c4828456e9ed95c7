// Include from a file compiled for one instruction set, which defines winograd_transforms_NAME().
#pragma once

#include "kernels/integer/lanes.h"
#include "kernels/integer/winograd_transforms.h"

namespace diolkos::kernels::integer {
namespace {

typedef std::uint32_t Wraps __attribute__((vector_size(64)));
typedef std::int16_t Shorts32 __attribute__((vector_size(64)));

DIOLKOS_LANES void widen(const std::uint8_t* from, Shorts& to) {
#if defined(__AVX2__)
  to = reinterpret_cast<Shorts>(_mm256_cvtepu8_epi16(loaded<__m128i>(from)));
#else
  to = __builtin_convertvector(loaded<Bytes>(from), Shorts);
#endif
}
DIOLKOS_LANES void widen(const std::int8_t* from, Shorts& to) {
#if defined(__AVX2__)
  to = reinterpret_cast<Shorts>(_mm256_cvtepi8_epi16(loaded<__m128i>(from)));
#else
  typedef std::int8_t Signed __attribute__((vector_size(16)));
  to = __builtin_convertvector(loaded<Signed>(from), Shorts);
#endif
}
#if defined(__AVX512BW__)
DIOLKOS_LANES void widen(const std::uint8_t* from, Shorts32& to) {
  to = reinterpret_cast<Shorts32>(_mm512_cvtepu8_epi16(loaded<__m256i>(from)));
}
DIOLKOS_LANES void widen(const std::int8_t* from, Shorts32& to) {
  to = reinterpret_cast<Shorts32>(_mm512_cvtepi8_epi16(loaded<__m256i>(from)));
}
using Widest = Shorts32;
#else
using Widest = Shorts;
#endif

// Along one axis.
struct Tile4 {
  static constexpr int kOutputs = 4, kPoints = 6;
  static constexpr int kShift = 3;  // 24 = 3 * 2^3

  template <class V>
  static DIOLKOS_LANES void input(const V (&d)[6], V (&t)[6]) {
    const V even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];
    const V outer = d[4] - d[2], inner = 2 * (d[3] - d[1]);
    t[0] = 4 * (d[0] - d[2]) + outer;
    t[1] = even + odd;
    t[2] = even - odd;
    t[3] = outer + inner;
    t[4] = outer - inner;
    t[5] = 4 * (d[1] - d[3]) + d[5] - d[3];
  }
  template <class V>
  static DIOLKOS_LANES void filter(const V (&g)[3], V (&t)[6]) {
    const V near = g[0] + g[2], far = g[0] + 4 * g[2], middle = 2 * g[1];
    t[0] = g[0];
    t[1] = near + g[1];
    t[2] = near - g[1];
    t[3] = far + middle;
    t[4] = far - middle;
    t[5] = g[2];
  }
  template <class V>
  static DIOLKOS_LANES void output(const V (&m)[6], V (&y)[4]) {
    const V near = 4 * (m[1] + m[2]), difference = 4 * (m[2] - m[1]);
    const V far = m[3] + m[4], far_difference = m[3] - m[4];
    y[0] = 6 * m[0] - near + far;
    y[1] = difference + 2 * far_difference;
    y[2] = 4 * far - near;
    y[3] = difference + 8 * far_difference + 24 * m[5];
  }
};

struct Tile3 {
  static constexpr int kOutputs = 3, kPoints = 5;
  static constexpr int kShift = 1;  // 6 = 3 * 2

  template <class V>
  static DIOLKOS_LANES void input(const V (&d)[5], V (&t)[5]) {
    t[0] = 2 * (d[0] - d[2]) + d[3] - d[1];
    t[1] = d[3] - d[2] - 2 * d[1];
    t[2] = d[3] + 2 * d[1] - 3 * d[2];
    t[3] = d[3] - d[1];
    t[4] = 2 * (d[1] - d[3]) + d[4] - d[2];
  }
  template <class V>
  static DIOLKOS_LANES void filter(const V (&g)[3], V (&t)[5]) {
    const V near = g[0] + g[2];
    t[0] = g[0];
    t[1] = near + g[1];
    t[2] = near - g[1];
    t[3] = g[0] + 2 * g[1] + 4 * g[2];
    t[4] = g[2];
  }
  template <class V>
  static DIOLKOS_LANES void output(const V (&m)[5], V (&y)[3]) {
    const V first = 3 * m[1];
    y[0] = 3 * m[0] - first - m[2] + m[3];
    y[1] = m[2] - first + 2 * m[3];
    y[2] = 4 * m[3] - first - m[2] + 6 * m[4];
  }
};

// `Down` and `Across`: the axes' tiles.
template <class Down, class Across, class V>
DIOLKOS_LANES void input_block(const WinogradInput& args, std::int64_t channel) {
  constexpr int n = Down::kPoints, k = Across::kPoints;
  V rows[n][k];
#pragma GCC unroll 6
  for (int r = 0; r < n; ++r) {
    V d[k];
#pragma GCC unroll 6
    for (int c = 0; c < k; ++c) {
      widen(args.pixels[r * k + c] + args.first + channel, d[c]);
      d[c] -= static_cast<std::int16_t>(args.zero);
    }
    Across::input(d, rows[r]);
  }
#pragma GCC unroll 6
  for (int c = 0; c < k; ++c) {
    V d[n], t[n];
#pragma GCC unroll 6
    for (int r = 0; r < n; ++r) d[r] = rows[r][c];
    Down::input(d, t);
#pragma GCC unroll 6
    for (int r = 0; r < n; ++r)
      std::memcpy(args.out + args.offsets[r * k + c] + channel, &t[r], sizeof(V));
  }
}

template <class Down, class Across>
void input(const WinogradInput& args) {
  constexpr std::int64_t lanes = sizeof(Widest) / 2;
  std::int64_t channel = 0;
  for (; channel + lanes <= args.channels; channel += lanes) input_block<Down, Across, Widest>(args, channel);
  for (; channel < args.channels; channel += 16) input_block<Down, Across, Shorts>(args, channel);
}

template <class Down, class Across>
void filters(const WinogradFilters& args) {
  using V = Widest;
  constexpr int n = Down::kPoints, k = Across::kPoints;
  constexpr int lanes = sizeof(V) / 2;
  for (std::int64_t pair = 0; pair < args.pairs; ++pair)
    for (int lane = 0; lane < 64; lane += lanes) {
      V rows[3][k];
#pragma GCC unroll 3
      for (int r = 0; r < 3; ++r) {
        V g[3];
#pragma GCC unroll 3
        for (int c = 0; c < 3; ++c) widen(args.packed + (pair * 9 + r * 3 + c) * 64 + lane, g[c]);
        Across::filter(g, rows[r]);
      }
#pragma GCC unroll 6
      for (int c = 0; c < k; ++c) {
        const V g[3] = {rows[0][c], rows[1][c], rows[2][c]};
        V t[n];
        Down::filter(g, t);
#pragma GCC unroll 6
        for (int r = 0; r < n; ++r)
          std::memcpy(args.out + (r * k + c) * args.point_stride + pair * 64 + lane, &t[r], sizeof(V));
      }
    }
}

template <class Down, class Across>
DIOLKOS_LANES void output_block(const WinogradOutput& args, int lane) {
  constexpr int n = Down::kPoints, k = Across::kPoints;
  constexpr int outputs = Down::kOutputs, across = Across::kOutputs;
  constexpr std::uint32_t kInverseOfNine = 0x38E38E39;  // modulo 2^32
  Wraps columns[outputs][k];
#pragma GCC unroll 6
  for (int c = 0; c < k; ++c) {
    Wraps products[n], y[outputs];
#pragma GCC unroll 6
    for (int r = 0; r < n; ++r) products[r] = loaded<Wraps>(args.products + args.offsets[r * k + c] + lane);
    Down::output(products, y);
#pragma GCC unroll 4
    for (int r = 0; r < outputs; ++r) columns[r][c] = y[r];
  }
#pragma GCC unroll 4
  for (int r = 0; r < outputs; ++r) {
    Wraps y[across];
    Across::output(columns[r], y);
#pragma GCC unroll 4
    for (int c = 0; c < across; ++c) {
      std::int32_t* const out = args.out + (r * across + c) * 32 + lane;
      const Ints divided = reinterpret_cast<Ints>(y[c] * kInverseOfNine) >> (Down::kShift + Across::kShift);
      const Wraps sum = reinterpret_cast<Wraps>(divided) +
                        loaded<Wraps>(args.bias == nullptr ? out : args.bias + lane);
      std::memcpy(out, &sum, sizeof(sum));
    }
  }
}

template <class Down, class Across>
void output(const WinogradOutput& args) {
  for (int lane = 0; lane < 32; lane += 16) output_block<Down, Across>(args, lane);
}

template <class Down, class Across>
constexpr WinogradTransforms kTransforms{input<Down, Across>, filters<Down, Across>, output<Down, Across>};

const WinogradTransforms& transforms_of(int height, int width) {
  if (height == 4) return width == 4 ? kTransforms<Tile4, Tile4> : kTransforms<Tile4, Tile3>;
  return width == 4 ? kTransforms<Tile3, Tile4> : kTransforms<Tile3, Tile3>;
}

}  // namespace
}  // namespace diolkos::kernels::integer
