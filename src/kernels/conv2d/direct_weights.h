// The weights of a direct convolution in the order in which its tiles read them, and its bias.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/aligned_floats.h"
#include "kernels/conv2d/chunks.h"
#include "kernels/conv2d/groups.h"
#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {

// One or two blocks of outputs and where their weights are.
struct OutTile {
  std::int64_t out_block;
  std::int64_t in_plane;  // first of its group
  std::int64_t weights;   // elements from the start of the packed weights
  int blocks;
};

class DirectWeights {
 public:
  DirectWeights() = default;
  // As `storage` has them, or as `dots` reads them where there are some; tiles of up to max_blocks.
  DirectWeights(const Spec& spec, const ChunkPlan& chunks, tile::Storage storage, const tile::Dots* dots,
                int max_blocks);

  bool allocated() const { return weights_.data() != nullptr && bias_.data() != nullptr; }
  std::size_t bytes() const { return weights_.bytes() + bias_.bytes(); }
  std::int64_t elements() const { return elements_; }
  std::span<const OutTile> tiles() const { return tiles_; }

  const void* of(const OutTile& tile, const Chunk& chunk) const {
    return reinterpret_cast<const std::byte*>(weights_.data()) +
           (tile.weights + chunk.first * depth_ * kBlock * tile.blocks) * element_bytes_;
  }
  const float* bias(const OutTile& tile) const { return bias_.data() + tile.out_block * kBlock; }

 private:
  void list_tiles(const MergedGroups& merged, std::int64_t steps, int max_blocks);

  std::int64_t depth_ = 16;
  std::int64_t element_bytes_ = 4;
  std::vector<OutTile> tiles_;
  std::int64_t elements_ = 0;
  AlignedFloats weights_;  // [tile][step][depth][16 blocks]
  AlignedFloats bias_;     // of whole blocks
};

}  // namespace diolkos::kernels::conv2d
