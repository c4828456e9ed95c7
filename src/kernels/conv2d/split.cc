#include "kernels/conv2d/split.h"

#include <algorithm>

namespace diolkos::kernels::conv2d {
namespace {

// Few for a short step, whose weights each more would read again; more where one slow item would hold up much.
constexpr std::int64_t kItemsPerThread = 2;
constexpr std::int64_t kItemsOfLongStep = 4;
constexpr std::int64_t kLongStep = 64'000'000;  // multiply-adds of a thread: about a millisecond
constexpr std::int64_t kTilesAtOnce = 8;        // weights of a chunk for so many tiles stay in the second-level cache

}  // namespace

Split split_work(const Work& work) {
  const bool is_long = work.multiply_adds / work.threads > kLongStep;
  const std::int64_t each = is_long ? kItemsOfLongStep : kItemsPerThread;
  const std::int64_t wanted = work.threads > 1 ? each * work.threads : 1;
  const std::int64_t fewest_parts = (work.tiles + kTilesAtOnce - 1) / kTilesAtOnce;
  Split best{work.rows, work.tiles, 1, 1};
  std::int64_t best_floats = -1;
  for (std::int64_t row_parts = 1; row_parts <= std::min(work.rows, wanted); ++row_parts) {
    Split split{work.rows, work.tiles, row_parts, 0};
    split.tile_parts = std::clamp((wanted + row_parts - 1) / row_parts, fewest_parts, work.tiles);
    if (split.items() < wanted && row_parts < std::min(work.rows, wanted)) continue;
    const std::int64_t floats = split.tile_parts * work.input_floats + row_parts * work.weight_floats;
    if (best_floats >= 0 && floats >= best_floats) continue;
    best = split;
    best_floats = floats;
  }
  return best;
}

}  // namespace diolkos::kernels::conv2d
