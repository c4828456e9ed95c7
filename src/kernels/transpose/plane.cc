#include <algorithm>
#include <cstring>
#include <utility>

#include "kernels/transpose/transpose.h"

namespace diolkos::kernels {
namespace {

template <class T>
struct Square {  // of kSide elements a side, a row in each register
  typedef T Row __attribute__((vector_size(16)));
  static constexpr int kSide = 16 / sizeof(T);
};

// a0 b0 a1 b1 … of the lower or the upper halves.
template <bool kUpper, class Row, std::size_t... kIndex>
inline Row interleave(Row a, Row b, std::index_sequence<kIndex...>) {
  constexpr std::size_t kSide = sizeof...(kIndex);
  return __builtin_shufflevector(a, b, (kIndex / 2 + kIndex % 2 * kSide + (kUpper ? kSide / 2 : 0))...);
}

// Interleaving the first half of the rows with the second, log2 of their number times, turns the square.
template <class T>
inline void turn(const T* from, std::int64_t from_step, T* to, std::int64_t to_step, T flip) {
  using Row = typename Square<T>::Row;
  constexpr int kSide = Square<T>::kSide;
  constexpr auto kIndices = std::make_index_sequence<kSide>();
  Row rows[kSide], next[kSide];
  for (int r = 0; r < kSide; ++r) {
    std::memcpy(&rows[r], from + r * from_step, sizeof(Row));
    rows[r] ^= flip;
  }
  for (int done = 1; done < kSide; done *= 2) {
    for (int r = 0; r < kSide / 2; ++r) {
      next[2 * r] = interleave<false>(rows[r], rows[r + kSide / 2], kIndices);
      next[2 * r + 1] = interleave<true>(rows[r], rows[r + kSide / 2], kIndices);
    }
    for (int r = 0; r < kSide; ++r) rows[r] = next[r];
  }
  for (int c = 0; c < kSide; ++c) std::memcpy(to + c * to_step, &rows[c], sizeof(Row));
}

// The last squares lie over those before them, where there is one at all.
template <class T>
void turn_plane(const Plane& plane, const T* from, T* to) {
  constexpr int kSide = Square<T>::kSide;
  const T flip = plane.flip;
  if (plane.rows < kSide || plane.columns < kSide) {
    for (std::int64_t r = 0; r < plane.rows; ++r)
      for (std::int64_t c = 0; c < plane.columns; ++c)
        to[c * plane.to_step + r] = static_cast<T>(from[r * plane.from_step + c] ^ flip);
    return;
  }
  for (std::int64_t column = 0; column < plane.columns; column += kSide) {
    const std::int64_t c = std::min(column, plane.columns - kSide);
    for (std::int64_t row = 0; row < plane.rows; row += kSide) {
      const std::int64_t r = std::min(row, plane.rows - kSide);
      turn(from + r * plane.from_step + c, plane.from_step, to + c * plane.to_step + r, plane.to_step, flip);
    }
  }
}

}  // namespace

void transpose_plane(const Plane& plane, std::size_t element_bytes, const void* from, void* to) {
  const auto run = [&]<class T>(T) { turn_plane(plane, static_cast<const T*>(from), static_cast<T*>(to)); };
  switch (element_bytes) {
    case 1: return run(std::uint8_t{});
    case 2: return run(std::uint16_t{});
    case 4: return run(std::uint32_t{});
    default: return run(std::uint64_t{});
  }
}

}  // namespace diolkos::kernels
