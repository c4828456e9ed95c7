// Direct convolution: register tiles over chunks of the sum (chunks.h), split over threads by rows and outputs.
#include <algorithm>

#include <fmt/format.h>

#include "kernels/amx/held.h"
#include "kernels/amx/tiles.h"
#include "kernels/conv2d/chunks.h"
#include "kernels/conv2d/direct.h"
#include "kernels/conv2d/direct_weights.h"
#include "kernels/conv2d/groups.h"
#include "kernels/conv2d/narrow.h"
#include "kernels/conv2d/split.h"
#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {
namespace {

// Reading a plain input pays while its channels would fill less than half a block.
bool suits_plain(const Shape& shape) {
  return shape.groups == 1 && shape.in_channels <= 8 && staging_is_small(shape);
}

bool fits_direct(const Shape& shape) {
  // Offsets into the copy or the image have 32 bits.
  constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;
  const bool strided = shape.height.stride > 1 || shape.width.stride > 1;
  if (strided && !staging_is_small(shape)) return false;
  return shape.in_pixels() <= kMostPixels && shape.out_pixels() <= kMostPixels;
}

// Planes of 32 channels belong to one group.
bool fits_matrix(const Shape& shape) { return !suits_plain(shape) && MergedGroups(shape).count == 1; }

// Consecutive pixels of the output, along rows or down a column.
struct Run {
  std::int64_t row, column, pixels;
  bool down = false;
};

class DirectConvolution final : public TileConvolution {
 public:
  DirectConvolution(const Spec& spec, tile::PlaneLayout layout, const tile::Dots* dots);
  bool allocated() const { return weights_.allocated(); }

  void run(const Buffers& buffers, ThreadPool& pool) const override;
  std::int64_t tiles() const override { return static_cast<std::int64_t>(weights_.tiles().size()); }
  Outputs outputs_of(std::int64_t tile) const override { return {out_tile(tile).out_block, out_tile(tile).blocks}; }
  void run_tile(const float* image, std::int64_t tile, std::int64_t top, std::int64_t bottom, float* to) const override;
  bool reads_image() const { return dots_ == nullptr && !reads_plain() && !chunks_.staged; }
  bool takes_bias() const override { return true; }
  bool reads_plain() const override { return chunks_.layout.depth == 1; }
  std::size_t scratch_floats() const override {
    return static_cast<std::size_t>(rounded_floats() + (chunks_.staged ? scratch_of(chunks_.staging.elements()) : 0));
  }
  std::size_t weight_bytes() const override { return weights_.bytes(); }
  std::string kernel() const override {
    constexpr const char* kStored[] = {"", " bf16 weights", " fp16 weights"};
    return fmt::format("direct {} {}x{}{}{}{}", dots_ != nullptr ? dots_->instructions : cpu::name_of(tiles_.isa),
                       max_pixels(), kBlock * max_blocks(),
                       dots_ != nullptr ? " " : kStored[static_cast<int>(storage_)],
                       dots_ != nullptr ? dots_->numbers : "", chunks_.staged ? " staged" : "");
  }

 private:
  // One image's pointers, and the rows and tiles of one item of work.
  struct Item {
    const std::byte* input;
    const float* residual;
    float* output;
    Range rows;
    Range tiles;
    const float* bias;             // null: the packed one
    std::int64_t block_stride;     // floats from a block of outputs to the next
    std::int64_t first_block = 0;  // what the output begins with
    std::int64_t first_pixel = 0;
  };

  const OutTile& out_tile(std::int64_t tile) const { return weights_.tiles()[static_cast<std::size_t>(tile)]; }
  const std::byte* prepare(const float* image, float* scratch, ThreadPool& pool) const;
  std::int64_t in_bytes() const { return dots_ != nullptr ? 2 : 4; }  // of an element that the tiles read
  int max_blocks() const { return dots_ != nullptr ? dots_->max_blocks : tiles_.max_blocks; }
  int max_pixels() const { return dots_ != nullptr ? dots_->max_pixels : tiles_.max_pixels; }
  bool have_rows() const { return dots_ != nullptr && dots_->rows > 1; }  // the tiles
  std::int64_t in_floats() const {
    return shape_.in_pixels() * (reads_plain() ? shape_.in_channels : blocks_of(shape_.in_channels) * kBlock);
  }
  // Of so many elements that the tiles read, whole lines.
  std::int64_t scratch_of(std::int64_t elements) const { return (elements * in_bytes() / 4 + 31) / 16 * 16; }
  std::int64_t rounded_floats() const {
    if (dots_ == nullptr) return 0;
    const std::int64_t planes = (shape_.in_channels + dots_->layout.depth - 1) / dots_->layout.depth;
    return scratch_of(planes * shape_.in_pixels() * dots_->layout.pixel_stride);
  }
  void compute(const Item& item) const;
  void compute_chunk(const Item& item, const Chunk& chunk, bool first, bool last) const;
  void compute_run(const Item& item, const Chunk& chunk, const Run& run, bool first, bool last) const;
  void pass(const Item& item, bool first, bool last) const;
  tile::Kernel kernel_for(int blocks, int pixels) const {
    if (dots_ != nullptr) return dots_->kernels[blocks - 1][pixels - 1];
    return tiles_.kernel(reads_plain() ? tile::Form::plain : tile::Form::blocked, blocks, pixels, storage_);
  }
  float* place(const Item& item, const OutTile& tile, std::int64_t pixel) const {
    return item.output + (tile.out_block - item.first_block) * item.block_stride + (pixel - item.first_pixel) * kBlock;
  }

  Shape shape_;
  Activation activation_;
  const tile::Family& tiles_;
  tile::Storage storage_;
  const tile::Dots* dots_;  // null: tiles_ sum the weights as they are stored
  ChunkPlan chunks_;
  Split split_;
  DirectWeights weights_;
};

DirectConvolution::DirectConvolution(const Spec& spec, tile::PlaneLayout layout, const tile::Dots* dots)
    : shape_(spec.shape),
      activation_(spec.activation),
      tiles_(tile::family(spec.isa)),
      storage_(layout.depth == 1 ? tile::Storage::float32 : spec.storage),
      dots_(dots) {
  chunks_ = plan_chunks(shape_, MergedGroups(shape_).in_channels, layout);
  weights_ = DirectWeights(spec, chunks_, storage_, dots_, max_blocks());
  split_ = split_work({.rows = shape_.height.output,
                       .tiles = tiles(),
                       .input_floats = shape_.in_pixels() * shape_.in_channels,
                       .weight_floats = weights_.elements(),
                       .multiply_adds = shape_.multiply_adds(),
                       .threads = spec.threads});
}

// What the tiles read: the image itself, or 16-bit numbers, or a staged copy of either.
const std::byte* DirectConvolution::prepare(const float* image, float* scratch, ThreadPool& pool) const {
  const void* source = image;
  if (dots_ != nullptr) {
    auto* const rounded = reinterpret_cast<std::uint16_t*>(scratch);
    round_planes(*dots_, image, shape_.in_channels, shape_.in_pixels(), rounded, pool);
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
    const Item image{prepare(buffers.input + n * in_floats(), buffers.scratch, pool),
                     buffers.residual == nullptr ? nullptr : buffers.residual + n * out_floats,
                     buffers.output + n * out_floats, {}, {}, buffers.bias, shape_.out_pixels() * kBlock};
    pool.parallel_for(split_.items(), [&](std::int64_t index, int) {
      Item item = image;
      item.rows = split_.rows_of(index);
      item.tiles = split_.tiles_of(index);
      const amx::Held held(dots_ != nullptr ? dots_->release : nullptr);
      compute(item);
    });
  }
}

void DirectConvolution::run_tile(const float* image, std::int64_t tile, std::int64_t top, std::int64_t bottom,
                                 float* to) const {
  const std::int64_t width = shape_.width.output;
  compute({reinterpret_cast<const std::byte*>(image), nullptr, to, {top, bottom}, {tile, tile + 1}, nullptr,
           (bottom - top) * width * kBlock, outputs_of(tile).first_block, top * width});
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
    compute_run(item, chunk, {top, 0, (bottom - top) * width}, first, last);
    return;
  }
  const std::int64_t left = chunk.outputs.left;
  const std::int64_t along = have_rows() ? amx::columns_along_rows(bottom - top, width) : width;
  for (std::int64_t row = top; along > 0 && row < bottom; ++row)
    compute_run(item, chunk, {row, left, along}, first, last);
  for (std::int64_t column = left + along; column < chunk.outputs.right; ++column)
    compute_run(item, chunk, {top, column, bottom - top, true}, first, last);
}

// Tiles over consecutive pixels, as even as can be, or as many full ones as can be where tiles have rows; each for
// every block of outputs while its inputs are near.
void DirectConvolution::compute_run(const Item& item, const Chunk& chunk, const Run& run, bool first,
                                    bool last) const {
  const tile::PlaneLayout& layout = chunks_.layout;
  const std::int64_t count = (run.pixels + max_pixels() - 1) / max_pixels();
  tile::Args args{};
  args.offsets = chunks_.offsets.data() + chunk.first;
  args.steps = chunk.steps;
  args.idle = chunk.idle;
  args.output_block_stride = item.block_stride;
  if (last) args.activation = activation_;
  if (run.down) {
    args.input_step = chunks_.row_elements / layout.pixel_stride;
    args.output_step = shape_.width.output;
  }
  const std::int64_t place_in = run.row * chunks_.row_elements + run.column * layout.pixel_stride + chunk.shift;
  const std::byte* input = item.input + place_in * in_bytes();
  std::int64_t pixel = run.row * shape_.width.output + run.column;
  std::int64_t done = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t left = run.pixels - done;
    const auto size = static_cast<int>(have_rows() ? std::min<std::int64_t>(max_pixels(), left) : left / (count - i));
    for (std::int64_t t = item.tiles.begin; t < item.tiles.end; ++t) {
      const OutTile& tile = out_tile(t);
      args.input = input + tile.in_plane * chunks_.plane_elements * in_bytes();
      args.weights = weights_.of(tile, chunk);
      args.output = place(item, tile, pixel);
      args.bias = !first                  ? nullptr
                  : item.bias == nullptr ? weights_.bias(tile)
                                         : item.bias + tile.out_block * kBlock;
      args.residual = last && item.residual != nullptr ? item.residual + (args.output - item.output) : nullptr;
      kernel_for(tile.blocks, size)(args);
    }
    input += size * args.input_step * layout.pixel_stride * in_bytes();
    pixel += size * args.output_step;
    done += size;
  }
}

// The start, the end, or both, where no chunk can do them: a chunk of no steps over every output.
void DirectConvolution::pass(const Item& item, bool first, bool last) const {
  const Chunk nothing{{item.rows.begin, item.rows.end, 0, shape_.width.output}, 0, 0, 0};
  for (std::int64_t row = item.rows.begin; row < item.rows.end; ++row)
    compute_run(item, nothing, {row, 0, shape_.width.output}, first, last);
}

std::unique_ptr<DirectConvolution> made(const Spec& spec, const tile::Dots* dots) {
  const tile::PlaneLayout layout = dots != nullptr            ? dots->layout
                                   : suits_plain(spec.shape) ? tile::kPlainPlanes
                                                             : tile::kBlockedPlanes;
  auto convolution = std::make_unique<DirectConvolution>(spec, layout, dots);
  if (!convolution->allocated()) return nullptr;
  return convolution;
}

}  // namespace

const tile::Dots* direct_dots(const Spec& spec) {
  if (spec.storage == tile::Storage::float32 || suits_plain(spec.shape)) return nullptr;
  const tile::Dots* const matrix = fits_matrix(spec.shape) ? tile::matrix_dots(spec.matrix, spec.storage) : nullptr;
  return matrix != nullptr ? matrix : tile::dots(spec.isa, spec.storage);
}

const tile::Dots* split_dots(const Spec& spec) {
  if (!spec.winograd || spec.storage != tile::Storage::float32 || !fits_matrix(spec.shape)) return nullptr;
  return fits_direct(spec.shape) ? tile::matrix_dots(spec.matrix, spec.storage) : nullptr;
}

std::unique_ptr<Convolution> plan_direct(const Spec& spec) {
  return fits_direct(spec.shape) ? made(spec, direct_dots(spec)) : nullptr;
}

std::unique_ptr<TileConvolution> plan_tiles(const Spec& spec) {
  if (direct_dots(spec) != nullptr || !fits_direct(spec.shape)) return nullptr;
  auto convolution = made(spec, nullptr);
  if (convolution == nullptr || !convolution->reads_image()) return nullptr;
  return convolution;
}

std::unique_ptr<Convolution> plan_split(const Spec& spec) {
  const tile::Dots* const dots = split_dots(spec);
  return dots == nullptr ? nullptr : made(spec, dots);
}

}  // namespace diolkos::kernels::conv2d
