#include "kernels/conv2d/direct_weights.h"

#include <algorithm>

#include "kernels/conv2d/narrow.h"
#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {
namespace {

class Packer {
 public:
  Packer(const Spec& spec, const ChunkPlan& chunks, std::span<const OutTile> tiles, std::int64_t elements)
      : spec_(spec),
        merged_(spec.shape),
        chunks_(chunks),
        tiles_(tiles),
        elements_(elements),
        pool_(spec.pool == nullptr ? alone_ : *spec.pool) {}

  void pack(tile::Storage storage, const tile::Dots* dots, float* to) {
    if (storage == tile::Storage::float32 && dots == nullptr) return pack_floats(to);
    AlignedFloats wide(static_cast<std::size_t>(elements_));
    if (wide.data() == nullptr) return;
    pack_floats(wide.data());
    auto* const halves = reinterpret_cast<std::uint16_t*>(to);
    if (dots != nullptr && dots->paired)
      pack_pairs(dots->split, wide.data(), halves);
    else
      narrow(storage, wide.data(), elements_, halves, pool_);
  }

 private:
  void pack_floats(float* to) {
    const std::int64_t out_blocks = blocks_of(merged_.out_channels);
    pool_.parallel_for(static_cast<std::int64_t>(tiles_.size()), [&](std::int64_t index, int) {
      const OutTile& tile = tiles_[static_cast<std::size_t>(index)];
      const std::int64_t first = tile.out_block % out_blocks * kBlock;
      const std::int64_t count = std::min(kBlock * tile.blocks, merged_.out_channels - first);
      pack_tile({spec_, merged_, tile.out_block / out_blocks, first, count}, tile, to + tile.weights);
    });
  }

  void pack_tile(const FilterRange& filters, const OutTile& tile, float* to) const {
    const std::int64_t depth = chunks_.layout.depth;
    for (const Step& step : chunks_.steps) {
      for (std::int64_t o = 0; o < filters.count; ++o)
        filters.copy_inputs(o, step.plane * depth, depth, step.tap, to + o, kBlock * tile.blocks);
      to += depth * kBlock * tile.blocks;
    }
  }

  void pack_pairs(bool split, const float* wide, std::uint16_t* to) const {
    const std::int64_t depths = chunks_.step_count() * chunks_.layout.depth;
    for (const OutTile& tile : tiles_) {
      const float* const from = wide + tile.weights;
      if (split)
        narrow_split(from, depths, chunks_.layout.depth, kBlock * tile.blocks, to + 2 * tile.weights);
      else
        narrow_pairs(from, depths, kBlock * tile.blocks, to + tile.weights);
    }
  }

  const Spec& spec_;
  MergedGroups merged_;
  const ChunkPlan& chunks_;
  std::span<const OutTile> tiles_;
  std::int64_t elements_;
  ThreadPool alone_{1};
  ThreadPool& pool_;
};

}  // namespace

DirectWeights::DirectWeights(const Spec& spec, const ChunkPlan& chunks, tile::Storage storage, const tile::Dots* dots,
                             int max_blocks)
    : depth_(chunks.layout.depth), element_bytes_(dots != nullptr && dots->split ? 4 : tile::size_of(storage)) {
  const MergedGroups merged(spec.shape);
  list_tiles(merged, chunks.step_count(), max_blocks);
  weights_ = packed_floats(spec.store, static_cast<std::size_t>(element_bytes_ * elements_ / 4), [&](float* to) {
    Packer(spec, chunks, tiles_, elements_).pack(storage, dots, to);
  });
  const std::int64_t padded = blocks_of(merged.out_channels) * kBlock;
  bias_ = packed_floats(spec.store, static_cast<std::size_t>(merged.count * padded), [&](float* to) {
    for (std::int64_t o = 0; o < spec.shape.out_channels; ++o)
      to[o / merged.out_channels * padded + o % merged.out_channels] = bias_of(spec, o);
  });
}

void DirectWeights::list_tiles(const MergedGroups& merged, std::int64_t steps, int max_blocks) {
  const std::int64_t in_planes = blocks_of(merged.in_channels), out_blocks = blocks_of(merged.out_channels);
  for (std::int64_t group = 0; group < merged.count; ++group) {
    for (std::int64_t block = 0; block < out_blocks; block += max_blocks) {
      const auto blocks = static_cast<int>(std::min<std::int64_t>(max_blocks, out_blocks - block));
      tiles_.push_back({group * out_blocks + block, group * in_planes, elements_, blocks});
      elements_ += steps * depth_ * kBlock * blocks;
    }
  }
}

}  // namespace diolkos::kernels::conv2d
