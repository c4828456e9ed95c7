// Dense convolutions: tiles (dot.h) over chunks of the sum (chunks.h), threads over blocks of outputs and bands of
// pixels.
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/part_of.h"
#include "kernels/integer/chunks.h"
#include "kernels/integer/dense_weights.h"
#include "kernels/integer/staging.h"
#include "kernels/integer/store.h"
#include "kernels/integer/winograd_tiles.h"

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kBandPixels = 1536;  // whose sums, 192 KB, stay in the second-level cache
constexpr std::int64_t kItemsPerThread = 4;
constexpr std::int64_t kBlocksOfItem = 2;  // whose outputs are one line of the cache, which no other thread may write
constexpr int kLargestTile = 32;

class Dense final : public Convolution {
 public:
  explicit Dense(const Spec& spec);
  bool allocated() const { return weights_.allocated(); }

  void run(const Operands& operands, ThreadPool& pool) const override;
  std::size_t scratch_bytes() const override {
    return staged_bytes_ + sums_bytes_ * static_cast<std::size_t>(threads_);
  }
  std::size_t weight_bytes() const override { return weights_.bytes(); }
  std::string kernel() const override {
    return fmt::format("{} {}{}{}{}", name_of(plan_.input.dtype), name_of(engine_), plan_.cut ? " cut" : "",
                       plan_.staged ? " staged" : "", sum_ ? " + sum" : "");
  }

 private:
  // Of one band, by one thread.
  struct Item {
    const std::byte* input;
    const std::byte* added;
    std::byte* output;
    std::int32_t* sums;
    std::int64_t* wide_sums;
    std::int64_t block;
    Area area;
  };

  void split();
  Area band(std::int64_t index) const;
  void compute(const Item& item) const;
  void expect_stores(const Item& item, std::int64_t row, std::int64_t column, int pixels) const;
  void compute_at_once(const Item& item, std::int64_t blocks) const;
  void compute_chunk(const Item& item, std::size_t index, bool add, bool store_it) const;
  void fill(const Item& item) const;
  void store(const Item& item, std::int64_t row, std::int64_t column, int pixels, const std::int32_t* sums,
             const std::int64_t* wide_sums) const;
  bool at_once() const { return plan_.chunks.size() == 1 && !plan_.cut && !wide_; }
  std::int64_t at(const Item& item, std::int64_t row, std::int64_t column) const {
    return ((row - item.area.top) * item.area.width() + column - item.area.left) * kOutputs;
  }

  ChunkPlan plan_;
  Engine engine_;
  const StoreKernels& stores_;
  bool wide_;
  int threads_;
  std::int32_t input_zero_;  // as it is held
  std::int64_t blocks_;
  std::int64_t items_;  // groups of blocks
  std::int64_t bands_ = 1;
  std::int64_t band_pixels_ = 0;
  std::size_t staged_bytes_ = 0;
  std::size_t sums_bytes_ = 0;  // of a thread
  Scaling scaling_;
  std::optional<StoredSum> sum_;
  DenseWeights weights_;
};

std::size_t aligned(std::int64_t bytes) { return static_cast<std::size_t>((bytes + 63) / 64 * 64); }

Dense::Dense(const Spec& spec)
    : plan_(plan_chunks(spec)),
      engine_(spec.engine),
      stores_(store_kernels(spec.isa)),
      wide_(spec.wide),
      threads_(std::max(spec.threads, 1)),
      input_zero_(spec.input_zero + plan_.input.offset()),
      blocks_((spec.shape.out_channels + kOutputs - 1) / kOutputs),
      items_((blocks_ + kBlocksOfItem - 1) / kBlocksOfItem),
      weights_(plan_, spec) {
  const std::int32_t offset = plan_.output.offset();
  scaling_ = Scaling::of(spec.multipliers, spec.output_zero + offset, spec.low + offset, spec.high + offset,
                         largest_sum(spec));
  if (spec.sum) sum_ = {*spec.sum, float_sum(*spec.sum, scaling_.zero)};
  split();
  staged_bytes_ = aligned(plan_.staged_bytes());
  const bool whole = plan_.cut || plan_.chunks.size() != 1;
  const std::int64_t held = whole ? band_pixels_ : kLargestTile;
  sums_bytes_ = aligned(held * kOutputs * (wide_ ? 8 : 4)) + (wide_ ? kLargestTile * kOutputs * 4 : 0);
  scaling_.wide_bias.assign(weights_.wide_bias().begin(), weights_.wide_bias().end());
}

// Bands are rows, or parts of the one long row.
void Dense::split() {
  const auto &h = plan_.shape.height, &w = plan_.shape.width;
  const std::int64_t units = h.output == 1 ? w.output : h.output;
  const std::int64_t unit = h.output == 1 ? 1 : w.output;
  const bool whole = plan_.cut || plan_.chunks.size() != 1;
  std::int64_t fewest = whole ? (h.output * w.output + kBandPixels - 1) / kBandPixels : 1;
  if (threads_ > 1) fewest = std::max(fewest, (kItemsPerThread * threads_ + items_ - 1) / items_);
  bands_ = std::clamp<std::int64_t>(fewest, 1, std::max<std::int64_t>(units, 1));
  band_pixels_ = (units + bands_ - 1) / bands_ * unit;
}

Area Dense::band(std::int64_t index) const {
  const auto &h = plan_.shape.height, &w = plan_.shape.width;
  const Range part = part_of(h.output == 1 ? w.output : h.output, bands_, index);
  if (h.output == 1) return {0, 1, part.begin, part.end};
  return {part.begin, part.end, 0, w.output};
}

void Dense::run(const Operands& operands, ThreadPool& pool) const {
  auto* const staged = static_cast<std::byte*>(operands.scratch);
  const std::int64_t bytes = plan_.input.element_bytes();
  for (std::int64_t n = 0; n < plan_.shape.batch; ++n) {
    const std::byte* image =
        static_cast<const std::byte*>(operands.input) + n * plan_.input.plane() * plan_.input.stride() * bytes;
    if (plan_.staged) {
      stage(plan_, input_zero_, image, staged, pool);
      image = staged;
    }
    const std::int64_t of_image = n * plan_.output.plane() * plan_.output.stride() * bytes;
    std::byte* const to = static_cast<std::byte*>(operands.output) + of_image;
    const std::byte* const added = sum_ ? static_cast<const std::byte*>(operands.added) + of_image : nullptr;
    pool.parallel_for(items_ * bands_, [&](std::int64_t index, int thread) {
      std::byte* mine = staged + staged_bytes_ + sums_bytes_ * static_cast<std::size_t>(thread);
      const std::int64_t first = index / bands_ * kBlocksOfItem;
      const std::int64_t blocks = std::min(kBlocksOfItem, blocks_ - first);
      Item item{image, added, to, reinterpret_cast<std::int32_t*>(mine), nullptr, first, band(index % bands_)};
      if (wide_) item.wide_sums = reinterpret_cast<std::int64_t*>(mine + kLargestTile * kOutputs * 4);
      if (item.area.empty()) return;
      if (at_once()) return compute_at_once(item, blocks);
      for (; item.block < first + blocks; ++item.block) compute(item);
    });
  }
}

// The lines that a tile's outputs go to, and those added to them, lie a pixel apart: too far for the hardware to guess.
void Dense::expect_stores(const Item& item, std::int64_t row, std::int64_t column, int pixels) const {
  const std::int64_t step = plan_.output.stride() * plan_.output.element_bytes();
  std::int64_t at = (row * plan_.shape.width.output + column) * step + item.block * kOutputs;
  for (int p = 0; p < pixels; ++p, at += step) {
    __builtin_prefetch(item.output + at, 1);
    if (sum_) __builtin_prefetch(item.added + at, 0);
  }
}

// Tile by tile, each block's sums stored as soon as they are there.
void Dense::compute_at_once(const Item& item, std::int64_t blocks) const {
  const Chunk& chunk = plan_.chunks.front();
  const Area& area = item.area;
  const std::int64_t tiles = (area.width() + plan_.kernel.max_pixels - 1) / plan_.kernel.max_pixels;
  DotArgs args{};
  args.pixel_stride = plan_.shape.width.stride * plan_.pixel_bytes();
  args.runs = plan_.runs.data() + chunk.first_run;
  args.run_count = chunk.runs;
  args.sums = item.sums;
  for (std::int64_t row = area.top; row < area.bottom; ++row) {
    const std::byte* line = item.input + row * plan_.shape.height.stride * plan_.row_bytes();
    for (std::int64_t t = 0; t < tiles; ++t) {
      const std::int64_t column = area.left + area.width() * t / tiles;
      const auto pixels = static_cast<int>(area.left + area.width() * (t + 1) / tiles - column);
      args.input = line + column * args.pixel_stride;
      expect_stores(item, row, column, pixels);
      for (Item each = item; each.block < item.block + blocks; ++each.block) {
        args.weights = weights_.of(each.block, chunk);
        args.start = weights_.start(each.block, 0);
        plan_.kernel.run(args, pixels);
        store(each, row, column, pixels, args.sums, nullptr);
      }
    }
  }
}

void Dense::compute(const Item& item) const {
  const bool whole = plan_.cut || plan_.chunks.size() != 1;
  if (plan_.cut || wide_ || plan_.chunks.empty()) fill(item);
  for (std::size_t c = 0; c < plan_.chunks.size(); ++c)
    compute_chunk(item, c, plan_.cut || c > 0, !plan_.cut && c + 1 == plan_.chunks.size());
  if (!whole || (!plan_.cut && !plan_.chunks.empty())) return;
  for (std::int64_t row = item.area.top; row < item.area.bottom; ++row) {
    const std::int64_t first = at(item, row, item.area.left);
    store(item, row, item.area.left, static_cast<int>(item.area.width()), item.sums + first,
          wide_ ? item.wide_sums + first : nullptr);
  }
}

// Before the first chunk where not every chunk reaches every pixel.
void Dense::fill(const Item& item) const {
  const bool whole = plan_.cut || plan_.chunks.size() != 1;
  const std::int64_t pixels = whole ? (item.area.bottom - item.area.top) * item.area.width() : 0;
  if (wide_) {
    std::fill_n(item.wide_sums, pixels * kOutputs, 0);
    return;
  }
  const std::int32_t* bias = weights_.bias(item.block);
  for (std::int64_t p = 0; p < pixels; ++p) std::copy_n(bias, kOutputs, item.sums + p * kOutputs);
}

void Dense::compute_chunk(const Item& item, std::size_t index, bool add, bool store_it) const {
  const Chunk& chunk = plan_.chunks[index];
  const Area area = common(item.area, chunk.outputs);
  if (area.empty()) return;
  const bool alone = plan_.chunks.size() == 1 && !plan_.cut;
  const std::int64_t tiles = (area.width() + plan_.kernel.max_pixels - 1) / plan_.kernel.max_pixels;
  DotArgs args{};
  args.pixel_stride = plan_.shape.width.stride * plan_.pixel_bytes();
  args.runs = plan_.runs.data() + chunk.first_run;
  args.run_count = chunk.runs;
  args.weights = weights_.of(item.block, chunk);
  args.start = weights_.start(item.block, index);
  args.add = add && !wide_;
  for (std::int64_t row = area.top; row < area.bottom; ++row) {
    const std::byte* line = item.input + row * plan_.shape.height.stride * plan_.row_bytes();
    for (std::int64_t t = 0; t < tiles; ++t) {
      const std::int64_t column = area.left + area.width() * t / tiles;
      const auto pixels = static_cast<int>(area.left + area.width() * (t + 1) / tiles - column);
      const std::int64_t place = alone ? 0 : at(item, row, column);
      args.input = line + column * args.pixel_stride;
      args.sums = wide_ ? item.sums : item.sums + place;
      plan_.kernel.run(args, pixels);
      if (wide_) {
        if (alone) std::fill_n(item.wide_sums, pixels * kOutputs, 0);
        stores_.widen_add(item.sums, item.wide_sums + place, pixels * kOutputs);
      }
      if (store_it) store(item, row, column, pixels, args.sums, wide_ ? item.wide_sums + place : nullptr);
    }
  }
}

void Dense::store(const Item& item, std::int64_t row, std::int64_t column, int pixels, const std::int32_t* sums,
                  const std::int64_t* wide_sums) const {
  const std::int64_t stride = plan_.output.stride();
  StoreArgs args;
  args.scaling = &scaling_;
  args.channel = item.block * kOutputs;
  args.lanes = static_cast<int>(std::min<std::int64_t>(kOutputs, stride - args.channel));
  args.pixels = pixels;
  args.pixel_stride = stride;
  const std::int64_t first = (row * plan_.shape.width.output + column) * stride + args.channel;
  if (sum_) {
    args.sum = &*sum_;
    args.added = reinterpret_cast<const std::uint8_t*>(item.added) + first;
  }
  if (plan_.output.dtype != DType::int16)
    stores_.to_u8(args, sums, reinterpret_cast<std::uint8_t*>(item.output) + first);
  else if (wide_)
    stores_.wide_to_s16(args, wide_sums, reinterpret_cast<std::int16_t*>(item.output) + first);
  else
    stores_.to_s16(args, sums, reinterpret_cast<std::int16_t*>(item.output) + first);
}

}  // namespace

std::unique_ptr<Convolution> plan_dense(const Spec& spec) {
  constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;
  if (spec.shape.groups != 1 || spec.shape.in_pixels() > kMostPixels || spec.shape.out_pixels() > kMostPixels)
    return nullptr;
  if (spec.wide && spec.dtype != DType::int16) return nullptr;
  if (spec.sum && spec.dtype == DType::int16) return nullptr;
  if (plan_chunks(spec).staged_bytes() > std::int64_t{1} << 33) return nullptr;
  auto convolution = std::make_unique<Dense>(spec);
  if (!convolution->allocated()) return nullptr;
  return convolution;
}

std::int64_t largest_sum(const Spec& spec) {
  const conv2d::Shape& shape = spec.shape;
  const std::int64_t terms = shape.in_channels_of_group() * shape.height.kernel * shape.width.kernel;
  std::int64_t bias = 0;
  for (const std::int64_t each : spec.bias) bias = std::max(bias, std::abs(each));
  return terms * (spec.dtype == DType::int16 ? 32768 : 255) * 255 + bias;
}

std::unique_ptr<Convolution> plan(const Spec& spec) {
  if (spec.shape.is_depthwise()) {
    auto by_columns = plan_depthwise_by_columns(spec);
    return by_columns ? std::move(by_columns) : plan_depthwise(spec);
  }
  if (is_worth_winograd(spec)) return plan_winograd(spec);
  return plan_dense(spec);
}

}  // namespace diolkos::kernels::integer
