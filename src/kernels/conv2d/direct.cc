// Direct convolution: register tiles over chunks of the sum (chunks.h), split over threads by rows and outputs.
#include <algorithm>

#include <fmt/format.h>

#include "kernels/aligned_floats.h"
#include "kernels/conv2d/chunks.h"
#include "kernels/conv2d/groups.h"
#include "kernels/conv2d/narrow.h"
#include "kernels/conv2d/split.h"
#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {
namespace {

// One or two blocks of outputs and where their weights are.
struct OutTile {
  std::int64_t out_block;
  std::int64_t in_plane;  // first of its group
  std::int64_t weights;   // floats from the start of the packed weights
  int blocks;
};

class DirectConvolution final : public Convolution {
 public:
  explicit DirectConvolution(const Spec& spec);
  bool allocated() const { return weights_.data() != nullptr && bias_.data() != nullptr; }

  void run(const Buffers& buffers, ThreadPool& pool) const override;
  bool reads_plain() const override { return chunks_.form == tile::Form::plain; }
  std::size_t scratch_floats() const override {
    return static_cast<std::size_t>(rounded_floats() + (chunks_.staged ? scratch_of(chunks_.staging.floats()) : 0));
  }
  std::size_t weight_bytes() const override { return weights_.bytes() + bias_.bytes(); }
  std::string kernel() const override {
    constexpr const char* kStored[] = {"", " bf16 weights", " fp16 weights"};
    constexpr const char* kDots[] = {"", " bf16", " fp16"};
    const char* const numbers = (dots_ != nullptr ? kDots : kStored)[static_cast<int>(storage_)];
    return fmt::format("direct {} {}x{}{}{}", cpu::name_of(tiles_.isa), tiles_.max_pixels, 16 * tiles_.max_blocks,
                       numbers,
                       chunks_.staged ? " staged" : "");
  }

 private:
  // One image's pointers, and the rows and tiles of one item of work.
  struct Item {
    const std::byte* input;
    const float* residual;
    float* output;
    Range rows;
    Range tiles;
  };

  void list_tiles(const MergedGroups& merged);
  void pack(const Spec& spec, const MergedGroups& merged);
  void pack_weights(const Spec& spec, const MergedGroups& merged, float* to) const;
  void pack_tile(const FilterRange& filters, const OutTile& tile, float* to) const;
  void pack_stored(const Spec& spec, const MergedGroups& merged, float* to) const;
  const std::byte* prepare(const float* image, float* scratch, ThreadPool& pool) const;
  std::int64_t in_bytes() const { return dots_ != nullptr ? 2 : 4; }  // of an element that the tiles read
  std::int64_t in_elements() const {
    return shape_.in_pixels() * (reads_plain() ? shape_.in_channels : blocks_of(shape_.in_channels) * kBlock);
  }
  // Of so many elements, whole lines.
  std::int64_t scratch_of(std::int64_t elements) const { return (elements * in_bytes() / 4 + 31) / 16 * 16; }
  std::int64_t rounded_floats() const { return dots_ == nullptr ? 0 : scratch_of(in_elements()); }
  void compute(const Item& item) const;
  void compute_chunk(const Item& item, const Chunk& chunk, bool first, bool last) const;
  void compute_run(const Item& item, const Chunk& chunk, std::int64_t row, std::int64_t column, std::int64_t pixels,
                   bool first, bool last) const;
  void pass(const Item& item, bool first, bool last) const;
  tile::Kernel kernel_for(int blocks, int pixels) const {
    return dots_ != nullptr ? dots_->kernels[blocks - 1][pixels - 1]
                            : tiles_.kernel(chunks_.form, blocks, pixels, storage_);
  }
  float* place(const Item& item, const OutTile& tile, std::int64_t pixel) const {
    return item.output + (tile.out_block * shape_.out_pixels() + pixel) * kBlock;
  }

  Shape shape_;
  Activation activation_;
  const tile::Family& tiles_;
  tile::Storage storage_;
  const tile::Dots* dots_;  // null: tiles_ sum the weights as they are stored
  ChunkPlan chunks_;
  Split split_;
  std::vector<OutTile> out_tiles_;
  std::int64_t packed_floats_ = 0;
  AlignedFloats weights_;  // [tile][step][depth][16 blocks]
  AlignedFloats bias_;     // of whole blocks
};

// Reading a plain input pays while its channels would fill less than half a block.
tile::Form form_for(const Shape& shape) {
  const bool few = shape.groups == 1 && shape.in_channels <= 8;
  return few && staging_is_small(shape, tile::Form::plain) ? tile::Form::plain : tile::Form::blocked;
}

DirectConvolution::DirectConvolution(const Spec& spec)
    : shape_(spec.shape),
      activation_(spec.activation),
      tiles_(tile::family(spec.isa)),
      storage_(form_for(shape_) == tile::Form::plain ? tile::Storage::float32 : spec.storage),
      dots_(tile::dots(spec.isa, storage_)) {
  const MergedGroups merged(shape_);
  const tile::Form form = form_for(shape_);
  chunks_ = plan_chunks(shape_, form == tile::Form::plain ? merged.in_channels : blocks_of(merged.in_channels), form);
  list_tiles(merged);
  split_ = split_work({.rows = shape_.height.output,
                       .tiles = static_cast<std::int64_t>(out_tiles_.size()),
                       .input_floats = shape_.in_pixels() * shape_.in_channels,
                       .weight_floats = packed_floats_,
                       .threads = spec.threads});
  pack(spec, merged);
}

void DirectConvolution::list_tiles(const MergedGroups& merged) {
  const std::int64_t in_planes = blocks_of(merged.in_channels);
  const std::int64_t out_blocks = blocks_of(merged.out_channels);
  for (std::int64_t group = 0; group < merged.count; ++group) {
    for (std::int64_t block = 0; block < out_blocks; block += tiles_.max_blocks) {
      const auto blocks = static_cast<int>(std::min<std::int64_t>(tiles_.max_blocks, out_blocks - block));
      out_tiles_.push_back({group * out_blocks + block, group * in_planes, packed_floats_, blocks});
      packed_floats_ += chunks_.step_count() * tile::depth_of(chunks_.form) * kBlock * blocks;
    }
  }
}

void DirectConvolution::pack(const Spec& spec, const MergedGroups& merged) {
  weights_ = packed_floats(spec.store, static_cast<std::size_t>(stored_floats(storage_, packed_floats_)),
                           [&](float* to) { pack_stored(spec, merged, to); });
  const std::int64_t biases = merged.count * blocks_of(merged.out_channels) * kBlock;
  bias_ = packed_floats(spec.store, static_cast<std::size_t>(biases), [&](float* to) {
    const std::int64_t padded = blocks_of(merged.out_channels) * kBlock;
    for (std::int64_t o = 0; o < shape_.out_channels; ++o)
      to[o / merged.out_channels * padded + o % merged.out_channels] = bias_of(spec, o);
  });
}

void DirectConvolution::pack_stored(const Spec& spec, const MergedGroups& merged, float* to) const {
  if (storage_ == tile::Storage::float32) return pack_weights(spec, merged, to);
  AlignedFloats wide(static_cast<std::size_t>(packed_floats_));
  if (wide.data() == nullptr) return;
  pack_weights(spec, merged, wide.data());
  auto* const halves = reinterpret_cast<std::uint16_t*>(to);
  ThreadPool alone(1);
  if (dots_ == nullptr || !dots_->paired)
    return narrow(storage_, wide.data(), packed_floats_, halves, spec.pool == nullptr ? alone : *spec.pool);
  const std::int64_t depths = chunks_.step_count() * tile::depth_of(chunks_.form);
  for (const OutTile& tile : out_tiles_)
    narrow_pairs(wide.data() + tile.weights, depths, kBlock * tile.blocks, halves + tile.weights);
}

void DirectConvolution::pack_weights(const Spec& spec, const MergedGroups& merged, float* to) const {
  const std::int64_t out_blocks = blocks_of(merged.out_channels);
  ThreadPool alone(1);
  ThreadPool& pool = spec.pool == nullptr ? alone : *spec.pool;
  pool.parallel_for(static_cast<std::int64_t>(out_tiles_.size()), [&](std::int64_t index, int) {
    const OutTile& tile = out_tiles_[static_cast<std::size_t>(index)];
    const std::int64_t first = tile.out_block % out_blocks * kBlock;
    const std::int64_t count = std::min(kBlock * tile.blocks, merged.out_channels - first);
    pack_tile({spec, merged, tile.out_block / out_blocks, first, count}, tile, to + tile.weights);
  });
}

void DirectConvolution::pack_tile(const FilterRange& filters, const OutTile& tile, float* to) const {
  const std::int64_t depth = tile::depth_of(chunks_.form);
  for (const Step& step : chunks_.steps) {
    for (std::int64_t o = 0; o < filters.count; ++o)
      filters.copy_inputs(o, step.plane * depth, depth, step.tap, to + o, kBlock * tile.blocks);
    to += depth * kBlock * tile.blocks;
  }
}

// What the tiles read: the image itself, or 16-bit numbers, or a staged copy of either.
const std::byte* DirectConvolution::prepare(const float* image, float* scratch, ThreadPool& pool) const {
  const void* source = image;
  if (dots_ != nullptr) {
    constexpr std::int64_t kAtOnce = 1 << 14;
    auto* const rounded = reinterpret_cast<std::uint16_t*>(scratch);
    const std::int64_t count = in_elements();
    pool.parallel_for((count + kAtOnce - 1) / kAtOnce, [&](std::int64_t item, int) {
      const std::int64_t at = item * kAtOnce;
      dots_->round(image + at, rounded + at, std::min(kAtOnce, count - at));
    });
    source = rounded;
  }
  if (!chunks_.staged) return static_cast<const std::byte*>(source);
  float* const staged = scratch + rounded_floats();
  chunks_.staging.copy(source, staged, in_bytes(), pool);
  return reinterpret_cast<const std::byte*>(staged);
}

void DirectConvolution::run(const Buffers& buffers, ThreadPool& pool) const {
  const std::int64_t out_floats = shape_.out_pixels() * blocks_of(shape_.out_channels) * kBlock;
  for (std::int64_t n = 0; n < shape_.batch; ++n) {
    const Item image{prepare(buffers.input + n * in_elements(), buffers.scratch, pool),
                     buffers.residual == nullptr ? nullptr : buffers.residual + n * out_floats,
                     buffers.output + n * out_floats, {}, {}};
    pool.parallel_for(split_.items(), [&](std::int64_t index, int) {
      Item item = image;
      item.rows = split_.rows_of(index);
      item.tiles = split_.tiles_of(index);
      compute(item);
    });
  }
}

void DirectConvolution::compute(const Item& item) const {
  if (!chunks_.begins) pass(item, true, chunks_.chunks.empty());
  for (const Chunk& chunk : chunks_.chunks)
    compute_chunk(item, chunk, chunks_.begins && &chunk == &chunks_.chunks.front(),
                  chunks_.ends && &chunk == &chunks_.chunks.back());
  if (!chunks_.ends && !chunks_.chunks.empty()) pass(item, false, true);
}

void DirectConvolution::compute_chunk(const Item& item, const Chunk& chunk, bool first, bool last) const {
  const std::int64_t top = std::max(item.rows.begin, chunk.outputs.top);
  const std::int64_t bottom = std::min(item.rows.end, chunk.outputs.bottom);
  const std::int64_t width = chunk.outputs.right - chunk.outputs.left;
  if (top >= bottom) return;
  if (width == shape_.width.output && chunks_.contiguous_rows(shape_)) {
    compute_run(item, chunk, top, 0, (bottom - top) * width, first, last);
    return;
  }
  for (std::int64_t row = top; row < bottom; ++row)
    compute_run(item, chunk, row, chunk.outputs.left, width, first, last);
}

// Tiles as even as can be over consecutive pixels, each for every block of outputs while its inputs are near.
void DirectConvolution::compute_run(const Item& item, const Chunk& chunk, std::int64_t row, std::int64_t column,
                                    std::int64_t pixels, bool first, bool last) const {
  const std::int64_t depth = tile::depth_of(chunks_.form);
  const std::int64_t count = (pixels + tiles_.max_pixels - 1) / tiles_.max_pixels;
  const std::int64_t wider = pixels % count;
  tile::Args args{};
  args.offsets = chunks_.offsets.data() + chunk.first;
  args.steps = chunk.steps;
  args.output_block_stride = shape_.out_pixels() * kBlock;
  if (last) args.activation = activation_;
  const std::byte* input = item.input + (row * chunks_.row_floats + column * depth + chunk.shift) * in_bytes();
  std::int64_t pixel = row * shape_.width.output + column;
  for (std::int64_t i = 0; i < count; ++i) {
    const int size = static_cast<int>(pixels / count + (i < wider ? 1 : 0));
    for (std::int64_t t = item.tiles.begin; t < item.tiles.end; ++t) {
      const OutTile& tile = out_tiles_[static_cast<std::size_t>(t)];
      args.input = input + tile.in_plane * chunks_.plane_floats * in_bytes();
      args.weights = reinterpret_cast<const std::byte*>(weights_.data()) +
                     (tile.weights + chunk.first * depth * kBlock * tile.blocks) * size_of(storage_);
      args.output = place(item, tile, pixel);
      args.bias = first ? bias_.data() + tile.out_block * kBlock : nullptr;
      args.residual = last && item.residual != nullptr ? item.residual + (args.output - item.output) : nullptr;
      kernel_for(tile.blocks, size)(args);
    }
    input += size * depth * in_bytes();
    pixel += size;
  }
}

// The start, the end, or both, where no chunk can do them: a chunk of no steps over every output.
void DirectConvolution::pass(const Item& item, bool first, bool last) const {
  const Chunk nothing{{item.rows.begin, item.rows.end, 0, shape_.width.output}, 0, 0, 0};
  for (std::int64_t row = item.rows.begin; row < item.rows.end; ++row)
    compute_run(item, nothing, row, 0, shape_.width.output, first, last);
}

}  // namespace

std::unique_ptr<Convolution> plan_direct(const Spec& spec) {
  // Offsets into the copy or the image have 32 bits.
  constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;
  const bool strided = spec.shape.height.stride > 1 || spec.shape.width.stride > 1;
  if (strided && !staging_is_small(spec.shape, tile::Form::blocked)) return nullptr;
  if (spec.shape.in_pixels() > kMostPixels || spec.shape.out_pixels() > kMostPixels) return nullptr;
  auto convolution = std::make_unique<DirectConvolution>(spec);
  if (!convolution->allocated()) return nullptr;
  return convolution;
}

}  // namespace diolkos::kernels::conv2d
