#include "kernels/layout/blocked.h"

#include <algorithm>

namespace diolkos::kernels {
namespace {

constexpr std::int64_t kPixelsAtOnce = 1024;  // 64 KB of one block

// Calls body(plain of the block's first channel, blocked, channels in the block, pixels) for pieces of every block.
template <class Plain, class Blocked, class Body>
void for_each_piece(const Planes& planes, Plain* plain, Blocked* blocked, ThreadPool& pool, Body body) {
  const std::int64_t blocks = blocks_of(planes.channels);
  const std::int64_t pieces = (planes.pixels + kPixelsAtOnce - 1) / kPixelsAtOnce;
  pool.parallel_for(planes.batch * blocks * pieces, [&](std::int64_t item, int) {
    const std::int64_t piece = item % pieces;
    const std::int64_t block = item / pieces % blocks;
    const std::int64_t image = item / pieces / blocks;
    const std::int64_t first = piece * kPixelsAtOnce;
    body(plain + (image * planes.channels + block * kBlock) * planes.pixels + first,
         blocked + ((image * blocks + block) * planes.pixels + first) * kBlock,
         std::min(kBlock, planes.channels - block * kBlock), std::min(kPixelsAtOnce, planes.pixels - first));
  });
}

}  // namespace

void plain_to_blocked(const Planes& planes, const float* plain, float* blocked, ThreadPool& pool) {
  for_each_piece(planes, plain, blocked, pool,
                 [&](const float* from, float* to, std::int64_t channels, std::int64_t pixels) {
                   for (std::int64_t p = 0; p < pixels; ++p, to += kBlock) {
                     for (std::int64_t c = 0; c < channels; ++c) to[c] = from[c * planes.pixels + p];
                     for (std::int64_t c = channels; c < kBlock; ++c) to[c] = 0;
                   }
                 });
}

void blocked_to_plain(const Planes& planes, const float* blocked, float* plain, ThreadPool& pool) {
  for_each_piece(planes, plain, blocked, pool,
                 [&](float* to, const float* from, std::int64_t channels, std::int64_t pixels) {
                   for (std::int64_t c = 0; c < channels; ++c)
                     for (std::int64_t p = 0; p < pixels; ++p) to[c * planes.pixels + p] = from[p * kBlock + c];
                 });
}

}  // namespace diolkos::kernels
