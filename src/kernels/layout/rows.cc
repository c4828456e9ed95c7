#include "kernels/layout/rows.h"

#include <algorithm>

namespace diolkos::kernels {
namespace {

constexpr std::int64_t kPixelsAtOnce = 64;

// body(plain of the first pixel, blocked of its first block, pixels): all channels of some pixels, so that whole lines
// of the plain side are used.
template <class Plain, class Blocked, class Body>
void each_piece(const Planes& planes, Plain* plain, Blocked* blocked, ThreadPool& pool, Body body) {
  const std::int64_t pieces = (planes.pixels + kPixelsAtOnce - 1) / kPixelsAtOnce;
  const std::int64_t image = blocks_of(planes.channels) * kBlock * planes.pixels;
  pool.parallel_for(planes.batch * pieces, [&](std::int64_t item, int) {
    const std::int64_t batch = item / pieces, first = item % pieces * kPixelsAtOnce;
    body(plain + (batch * planes.pixels + first) * planes.channels, blocked + batch * image + first * kBlock,
         std::min(kPixelsAtOnce, planes.pixels - first));
  });
}

}  // namespace

void plain_to_rows(const Planes& planes, const float* plain, float* blocked, ThreadPool& pool) {
  each_piece(planes, plain, blocked, pool, [&](const float* from, float* to, std::int64_t count) {
    for (std::int64_t c = 0; c < planes.channels; c += kBlock, to += planes.pixels * kBlock) {
      const std::int64_t some = std::min(kBlock, planes.channels - c);
      for (std::int64_t p = 0; p < count; ++p) {
        std::copy_n(from + p * planes.channels + c, some, to + p * kBlock);
        std::fill_n(to + p * kBlock + some, kBlock - some, 0.0f);
      }
    }
  });
}

void rows_to_plain(const Planes& planes, const float* blocked, float* plain, ThreadPool& pool) {
  each_piece(planes, plain, blocked, pool, [&](float* to, const float* from, std::int64_t count) {
    for (std::int64_t c = 0; c < planes.channels; c += kBlock, from += planes.pixels * kBlock)
      for (std::int64_t p = 0; p < count; ++p)
        std::copy_n(from + p * kBlock, std::min(kBlock, planes.channels - c), to + p * planes.channels + c);
  });
}

}  // namespace diolkos::kernels
