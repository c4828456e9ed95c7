#include "kernels/conv2d/narrow.h"

#include <algorithm>

#include "base/half.h"

namespace diolkos::kernels::conv2d {

void narrow(tile::Storage storage, const float* from, std::int64_t count, std::uint16_t* to, ThreadPool& pool) {
  constexpr std::int64_t kAtOnce = 1 << 16;
  auto* const round = storage == tile::Storage::float16 ? float_to_half : float_to_bfloat16;
  pool.parallel_for((count + kAtOnce - 1) / kAtOnce, [&](std::int64_t item, int) {
    const std::int64_t end = std::min(count, (item + 1) * kAtOnce);
    for (std::int64_t i = item * kAtOnce; i < end; ++i) to[i] = round(from[i]);
  });
}

void narrow_pairs(const float* from, std::int64_t depths, std::int64_t lanes, std::uint16_t* to) {
  for (std::int64_t depth = 0; depth < depths; depth += 2, from += 2 * lanes)
    for (std::int64_t lane = 0; lane < lanes; ++lane)
      for (int row = 0; row < 2; ++row) *to++ = float_to_bfloat16(from[row * lanes + lane]);
}

}  // namespace diolkos::kernels::conv2d
