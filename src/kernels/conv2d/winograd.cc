// 3x3 convolution of stride 1 by Winograd's method: tiles of the input are transformed, the (m + 2)^2 products summed
// over channels are matrix products on register tiles, and their results are transformed into tiles of outputs.
//
// Scratch: transformed input [block][(m+2)^2][tiles][16], then products of the same form, for a strip of the tiles at a
// time: large images pass in several.
#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "kernels/aligned_floats.h"
#include "kernels/conv2d/groups.h"
#include "kernels/conv2d/narrow.h"
#include "kernels/conv2d/split.h"
#include "kernels/conv2d/winograd_tiles.h"
#include "kernels/layout/blocked.h"
#include "kernels/tile/tile.h"
#include "kernels/winograd/transform.h"

namespace diolkos::kernels::conv2d {
namespace {

constexpr std::int64_t kStepsAtOnce = 16;  // of 16 channels: 32 KB of weights for 32 outputs
constexpr std::int64_t kTilesAtOnce = 32;  // transformed by one item of work
constexpr std::int64_t kStripFloats = 12 << 20;

class WinogradConvolution final : public Convolution {
 public:
  WinogradConvolution(const Spec& spec, int outputs);
  bool allocated() const { return weights_.data() != nullptr && bias_.data() != nullptr; }

  void run(const Buffers& buffers, ThreadPool& pool) const override;
  std::size_t scratch_floats() const override {
    return static_cast<std::size_t>((in_blocks_ + out_blocks_) * plane_);
  }
  std::size_t weight_bytes() const override { return weights_.bytes() + bias_.bytes(); }
  std::string kernel() const override {
    return fmt::format("winograd {} F({},3){}", cpu::name_of(family_.isa), outputs_,
                       storage_ == tile::Storage::float16 ? " fp16 weights" : "");
  }

 private:
  // One strip of one image.
  struct Strip {
    Range tiles;
    const float* input;
    const float* residual;
    float* output;
    float* transformed;
    float* products;

    std::int64_t size() const { return tiles.end - tiles.begin; }
  };

  std::int64_t products() const { return (outputs_ + 2) * (outputs_ + 2); }
  std::int64_t product_floats() const { return strip_tiles_ * kBlock; }
  std::int64_t out_tiles() const { return (out_blocks_ + family_.max_blocks - 1) / family_.max_blocks; }
  std::int64_t weights_at(std::int64_t product, std::int64_t out_tile) const {
    return (product * out_blocks_ + out_tile * family_.max_blocks) * in_blocks_ * kBlock * kBlock;
  }
  int blocks_in(std::int64_t out_tile) const {
    return static_cast<int>(
        std::min<std::int64_t>(family_.max_blocks, out_blocks_ - out_tile * family_.max_blocks));
  }

  void pack(const Spec& spec, std::int64_t out_tile, float* to) const;
  void plan_strips();
  void transform_input(const Strip& strip, ThreadPool& pool) const;
  void multiply(const Strip& strip, ThreadPool& pool) const;
  void multiply_tile(const Strip& strip, std::int64_t product, std::int64_t out_tile) const;
  void transform_output(const Strip& strip, ThreadPool& pool) const;

  Shape shape_;
  Activation activation_;
  int outputs_;
  const tile::Family& family_;
  tile::Storage storage_;  // float32, or float16: bfloat16 has too few bits for transformed weights
  winograd::Kernels transforms_;
  int threads_;
  std::vector<TileOrigin> tiles_;
  std::int64_t in_blocks_;
  std::int64_t out_blocks_;
  std::int64_t strips_ = 1;
  std::int64_t strip_tiles_ = 0;  // of the largest
  std::int64_t plane_ = 0;        // floats of one block of the transformed input, and of the products
  std::vector<std::int32_t> offsets_;
  AlignedFloats weights_;  // [product][out tile][in block][16][16 blocks of the tile]
  AlignedFloats bias_;
};

WinogradConvolution::WinogradConvolution(const Spec& spec, int outputs)
    : shape_(spec.shape),
      activation_(spec.activation),
      outputs_(outputs),
      family_(tile::family(spec.isa)),
      storage_(spec.storage == tile::Storage::float16 ? tile::Storage::float16 : tile::Storage::float32),
      transforms_(winograd::kernels(spec.isa, outputs)),
      threads_(spec.threads),
      tiles_(list_tiles(spec.shape, outputs)),
      in_blocks_(blocks_of(shape_.in_channels)),
      out_blocks_(blocks_of(shape_.out_channels)) {
  plan_strips();
  for (std::int64_t step = 0; step < kStepsAtOnce; ++step) offsets_.push_back(static_cast<std::int32_t>(step * plane_));
  const std::int64_t weights = products() * out_blocks_ * in_blocks_ * kBlock * kBlock;
  weights_ = packed_floats(spec.store, static_cast<std::size_t>(stored_floats(storage_, weights)), [&](float* to) {
    ThreadPool alone(1);
    ThreadPool& pool = spec.pool == nullptr ? alone : *spec.pool;
    AlignedFloats wide(static_cast<std::size_t>(storage_ == tile::Storage::float32 ? 0 : weights));
    if (wide.data() == nullptr) return;
    float* const packed = storage_ == tile::Storage::float32 ? to : wide.data();
    pool.parallel_for(out_tiles(), [&](std::int64_t out_tile, int) { pack(spec, out_tile, packed); });
    if (packed != to) narrow(storage_, packed, weights, reinterpret_cast<std::uint16_t*>(to), pool);
  });
  bias_ = packed_floats(spec.store, static_cast<std::size_t>(out_blocks_ * kBlock), [&](float* to) {
    for (std::int64_t o = 0; o < shape_.out_channels; ++o) to[o] = bias_of(spec, o);
  });
}

void WinogradConvolution::plan_strips() {
  const auto tiles = static_cast<std::int64_t>(tiles_.size());
  const std::int64_t floats = products() * tiles * kBlock * (in_blocks_ + out_blocks_);
  strips_ = std::clamp<std::int64_t>((floats + kStripFloats - 1) / kStripFloats, 1, tiles);
  strip_tiles_ = (tiles + strips_ - 1) / strips_;
  plane_ = spread_plane(products() * product_floats());
}

void WinogradConvolution::pack(const Spec& spec, std::int64_t out_tile, float* to) const {
  constexpr std::int64_t kMostLanes = kBlock * tile::kMaxBlocks;
  const std::int64_t lanes = kBlock * blocks_in(out_tile);
  const std::int64_t first = out_tile * family_.max_blocks * kBlock;
  const std::int64_t filters = std::min(lanes, shape_.out_channels - first);
  std::array<float, 9 * kMostLanes> taps{};
  for (std::int64_t c = 0; c < shape_.in_channels; ++c) {
    for (std::int64_t o = 0; o < filters; ++o)
      for (std::int64_t tap = 0; tap < 9; ++tap)
        taps[static_cast<std::size_t>(tap * lanes + o)] =
            spec.weights[static_cast<std::size_t>(((first + o) * shape_.in_channels + c) * 9 + tap)];
    winograd::transform_filters(outputs_, lanes, taps.data(), to + weights_at(0, out_tile) + c * lanes,
                                weights_at(1, 0));
  }
}

void WinogradConvolution::run(const Buffers& buffers, ThreadPool& pool) const {
  const auto tiles = static_cast<std::int64_t>(tiles_.size());
  for (std::int64_t n = 0; n < shape_.batch; ++n) {
    const std::int64_t out = n * out_blocks_ * shape_.out_pixels() * kBlock;
    Strip strip{{}, buffers.input + n * in_blocks_ * shape_.in_pixels() * kBlock,
                buffers.residual == nullptr ? nullptr : buffers.residual + out, buffers.output + out, buffers.scratch,
                buffers.scratch + in_blocks_ * plane_};
    for (std::int64_t i = 0; i < strips_; ++i) {
      strip.tiles = part_of(tiles, strips_, i);
      transform_input(strip, pool);
      multiply(strip, pool);
      transform_output(strip, pool);
    }
  }
}

void WinogradConvolution::transform_input(const Strip& strip, ThreadPool& pool) const {
  const std::int64_t parts = (strip.size() + kTilesAtOnce - 1) / kTilesAtOnce;
  pool.parallel_for(in_blocks_ * parts, [&](std::int64_t item, int) {
    const std::int64_t block = item / parts;
    const Range range = part_of(strip.size(), parts, item % parts);
    winograd::InputTile args{};
    args.plane = strip.input + block * shape_.in_pixels() * kBlock;
    args.stride = product_floats();
    for (std::int64_t t = range.begin; t < range.end; ++t) {
      const TileOrigin& origin = tiles_[static_cast<std::size_t>(strip.tiles.begin + t)];
      args.tile = {shape_.height.input, shape_.width.input, origin.row - shape_.height.pad,
                   origin.column - shape_.width.pad, shape_.height.dilation};
      args.products = strip.transformed + block * plane_ + t * kBlock;
      transforms_.input(args);
    }
  });
}

void WinogradConvolution::multiply(const Strip& strip, ThreadPool& pool) const {
  // Several items share a product's transformed input while it is near.
  const std::int64_t parts = std::min<std::int64_t>(out_tiles(), threads_ > 1 ? 2 : 1);
  pool.parallel_for(products() * parts, [&](std::int64_t item, int) {
    const Range range = part_of(out_tiles(), parts, item % parts);
    for (std::int64_t out_tile = range.begin; out_tile < range.end; ++out_tile)
      multiply_tile(strip, item / parts, out_tile);
  });
}

// One product for one tile of outputs: chunks of channels whose weights stay near for all tiles of the strip.
void WinogradConvolution::multiply_tile(const Strip& strip, std::int64_t product, std::int64_t out_tile) const {
  static constexpr float kZero[kBlock * tile::kMaxBlocks] = {};
  const std::int64_t count = (strip.size() + family_.max_pixels - 1) / family_.max_pixels;
  const std::int64_t lanes = kBlock * blocks_in(out_tile);
  tile::Args args{};
  args.offsets = offsets_.data();
  args.output_block_stride = plane_;
  float* output = strip.products + out_tile * family_.max_blocks * plane_ + product * product_floats();
  for (std::int64_t block = 0; block < in_blocks_; block += kStepsAtOnce) {
    args.steps = std::min(kStepsAtOnce, in_blocks_ - block);
    args.weights = reinterpret_cast<const std::byte*>(weights_.data()) +
                   (weights_at(product, out_tile) + block * kBlock * lanes) * size_of(storage_);
    args.bias = block == 0 ? kZero : nullptr;
    const float* input = strip.transformed + block * plane_ + product * product_floats();
    for (std::int64_t i = 0; i < count; ++i) {
      const Range range = part_of(strip.size(), count, i);
      args.input = input + range.begin * kBlock;
      args.output = output + range.begin * kBlock;
      family_.kernel(tile::Form::blocked, blocks_in(out_tile), static_cast<int>(range.end - range.begin),
                     storage_)(args);
    }
  }
}

void WinogradConvolution::transform_output(const Strip& strip, ThreadPool& pool) const {
  const std::int64_t parts = (strip.size() + kTilesAtOnce - 1) / kTilesAtOnce;
  const std::int64_t plane = shape_.out_pixels() * kBlock;
  pool.parallel_for(out_blocks_ * parts, [&](std::int64_t item, int) {
    const std::int64_t block = item / parts;
    const Range range = part_of(strip.size(), parts, item % parts);
    winograd::OutputTile args{};
    args.stride = product_floats();
    args.bias = bias_.data() + block * kBlock;
    args.residual = strip.residual == nullptr ? nullptr : strip.residual + block * plane;
    args.plane = strip.output + block * plane;
    args.activation = activation_;
    for (std::int64_t t = range.begin; t < range.end; ++t) {
      const TileOrigin& origin = tiles_[static_cast<std::size_t>(strip.tiles.begin + t)];
      args.tile = {shape_.height.output, shape_.width.output, origin.row, origin.column, shape_.height.dilation};
      args.products = strip.products + block * plane_ + t * kBlock;
      transforms_.output(args);
    }
  });
}

}  // namespace

std::unique_ptr<Convolution> plan_winograd(const Spec& spec, int outputs) {
  if (!winograd_fits(spec.shape)) return nullptr;
  if (std::find(std::begin(winograd::kOutputs), std::end(winograd::kOutputs), outputs) == std::end(winograd::kOutputs))
    return nullptr;
  auto convolution = std::make_unique<WinogradConvolution>(spec, outputs);
  if (!convolution->allocated()) return nullptr;
  return convolution;
}

}  // namespace diolkos::kernels::conv2d
