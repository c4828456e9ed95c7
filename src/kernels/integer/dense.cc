// Dense convolutions: tiles (dot.h) over chunks of the sum (chunks.h), threads over blocks of outputs and bands of
// pixels.
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/part_of.h"
#include "kernels/amx/held.h"
#include "kernels/amx/tiles.h"
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
// Bytes of a block's; those of kBlocksOfItem share the first-level cache.
constexpr std::int64_t kWeightsAtOnce = 16 << 10;

// Consecutive pixels of the output, along a row or down a column.
struct Line {
  std::int64_t row, column, pixels;
  bool down;

  // Whether the row, or column, that it lies in crosses the area.
  bool meets(const Area& area) const {
    return down ? area.left <= column && column < area.right : area.top <= row && row < area.bottom;
  }
};

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
  void compute_at_once(const Item& item, std::int64_t blocks) const;
  void compute_chunk(const Item& item, std::size_t index, bool store_it) const;
  void compute_line(const Item& item, const Line& line, DotArgs args, bool store_it) const;
  void fill(const Item& item) const;
  void fill_line(const Item& item, const Line& line) const;
  bool reached_alike(const Line& a, const Line& b) const;  // by the same taps
  void expect_stores(const Item& item, const Line& line, std::int64_t first, int pixels) const;
  void store(const Item& item, const Line& line, std::int64_t first, int pixels, const std::int32_t* sums,
             const std::int64_t* wide_sums) const;

  DotArgs args_of(const Chunk& chunk) const;
  const std::byte* input_of(const Item& item, const Line& line) const {
    return item.input + line.row * plan_.shape.height.stride * plan_.row_bytes() +
           line.column * plan_.shape.width.stride * plan_.pixel_bytes();
  }
  std::int64_t input_step(const Line& line) const {
    return line.down ? plan_.shape.height.stride * plan_.row_bytes() : plan_.shape.width.stride * plan_.pixel_bytes();
  }
  std::int64_t output_step(const Line& line) const {  // pixels
    return line.down ? plan_.shape.width.output : 1;
  }
  // Pixels of a line's next tile: as even as can be, or as many as can be where tiles have rows.
  int next_pixels(std::int64_t left) const {
    const std::int64_t most = plan_.kernel.max_pixels;
    return static_cast<int>(plan_.kernel.rows > 1 ? std::min(most, left) : left / ((left + most - 1) / most));
  }
  template <class Visit>
  void for_each_line(const Area& area, Visit visit) const;
  // Of a line's first pixel among the sums of the item's band.
  std::int64_t place_of(const Item& item, const Line& line) const;

  ChunkPlan plan_;
  Engine engine_;
  const StoreKernels& stores_;
  bool wide_;
  bool at_once_;  // one chunk, whose blocks share the cache: each tile is stored as soon as it is there
  bool banded_;   // the sums of a whole band wait for the next chunk
  int threads_;
  std::int32_t input_zero_;  // as it is held
  std::int64_t blocks_;
  std::int64_t items_;  // groups of blocks
  std::int64_t bands_ = 1;
  std::int64_t band_pixels_ = 0;
  std::int64_t along_rows_ = 0;  // columns whose tiles lie along rows; tiles of the others go down the columns
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
      at_once_(plan_.chunks.size() == 1 && !plan_.cut && !wide_ &&
               plan_.steps * plan_.kernel.step_bytes() <= kWeightsAtOnce),
      banded_(plan_.chunks.size() != 1 || plan_.cut),
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
  const std::int64_t held = banded_ ? band_pixels_ : kLargestTile;
  sums_bytes_ = aligned(held * kOutputs * (wide_ ? 8 : 4)) + (wide_ ? kLargestTile * kOutputs * 4 : 0);
  scaling_.wide_bias.assign(weights_.wide_bias().begin(), weights_.wide_bias().end());
}

// Bands are rows, or parts of the one long row.
void Dense::split() {
  const auto &h = plan_.shape.height, &w = plan_.shape.width;
  const std::int64_t units = h.output == 1 ? w.output : h.output;
  const std::int64_t unit = h.output == 1 ? 1 : w.output;
  std::int64_t fewest = banded_ ? (h.output * w.output + kBandPixels - 1) / kBandPixels : 1;
  if (threads_ > 1) fewest = std::max(fewest, (kItemsPerThread * threads_ + items_ - 1) / items_);
  bands_ = std::clamp<std::int64_t>(fewest, 1, std::max<std::int64_t>(units, 1));
  const std::int64_t largest = (units + bands_ - 1) / bands_;
  band_pixels_ = largest * unit;
  along_rows_ = plan_.kernel.rows > 1 && h.output > 1 ? amx::columns_along_rows(largest, w.output) : w.output;
}

Area Dense::band(std::int64_t index) const {
  const auto &h = plan_.shape.height, &w = plan_.shape.width;
  const Range part = part_of(h.output == 1 ? w.output : h.output, bands_, index);
  if (h.output == 1) return {0, 1, part.begin, part.end};
  return {part.begin, part.end, 0, w.output};
}

template <class Visit>
void Dense::for_each_line(const Area& area, Visit visit) const {
  const std::int64_t along = std::min(area.right, along_rows_);
  if (area.left < along)
    for (std::int64_t row = area.top; row < area.bottom; ++row) visit(Line{row, area.left, along - area.left, false});
  for (std::int64_t column = std::max(area.left, along_rows_); column < area.right; ++column)
    visit(Line{area.top, column, area.bottom - area.top, true});
}

std::int64_t Dense::place_of(const Item& item, const Line& line) const {
  const Area& area = item.area;
  const std::int64_t along = std::min(area.right, along_rows_) - area.left, rows = area.bottom - area.top;
  const std::int64_t row = line.row - area.top;
  if (!line.down) return (row * along + line.column - area.left) * kOutputs;
  return (rows * along + (line.column - along_rows_) * rows + row) * kOutputs;
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
      const amx::Held held(plan_.kernel.release);
      if (at_once_) return compute_at_once(item, blocks);
      for (; item.block < first + blocks; ++item.block) compute(item);
    });
  }
}

DotArgs Dense::args_of(const Chunk& chunk) const {
  DotArgs args{};
  args.runs = plan_.runs.data() + chunk.first_run;
  args.run_count = chunk.runs;
  return args;
}

// The lines that a tile's outputs go to, and those added to them, lie a pixel apart: too far for the hardware to guess.
void Dense::expect_stores(const Item& item, const Line& line, std::int64_t first, int pixels) const {
  const std::int64_t pixel = plan_.output.stride() * plan_.output.element_bytes();
  const std::int64_t step = pixel * output_step(line);
  std::int64_t at = (line.row * plan_.shape.width.output + line.column) * pixel + first * step + item.block * kOutputs;
  for (int p = 0; p < pixels; ++p, at += step) {
    __builtin_prefetch(item.output + at, 1);
    if (sum_) __builtin_prefetch(item.added + at, 0);
  }
}

// Tile by tile, each block's sums stored as soon as they are there.
void Dense::compute_at_once(const Item& item, std::int64_t blocks) const {
  const Chunk& chunk = plan_.chunks.front();
  DotArgs args = args_of(chunk);
  args.sums = item.sums;
  for_each_line(item.area, [&](const Line& line) {
    args.input = input_of(item, line);
    args.pixel_stride = input_step(line);
    for (std::int64_t first = 0; first < line.pixels;) {
      const int pixels = next_pixels(line.pixels - first);
      expect_stores(item, line, first, pixels);
      for (Item each = item; each.block < item.block + blocks; ++each.block) {
        args.weights = weights_.of(each.block, chunk);
        args.start = weights_.start(each.block, 0);
        plan_.kernel.run(args, pixels);
        store(each, line, first, pixels, args.sums, nullptr);
      }
      args.input += pixels * args.pixel_stride;
      first += pixels;
    }
  });
}

void Dense::compute(const Item& item) const {
  if (plan_.cut || (wide_ && banded_) || plan_.chunks.empty()) fill(item);
  const bool last_stores = !plan_.cut && !plan_.chunks.empty();
  for (std::size_t c = 0; c < plan_.chunks.size(); ++c)
    compute_chunk(item, c, last_stores && c + 1 == plan_.chunks.size());
  if (last_stores) return;
  for_each_line(item.area, [&](const Line& line) {
    const std::int64_t place = place_of(item, line);
    store(item, line, 0, static_cast<int>(line.pixels), item.sums + place, wide_ ? item.wide_sums + place : nullptr);
  });
}

// Before the first chunk where not every chunk reaches every pixel.
void Dense::fill(const Item& item) const {
  if (wide_) {
    std::fill_n(item.wide_sums, (item.area.bottom - item.area.top) * item.area.width() * kOutputs, 0);
    return;
  }
  std::optional<Line> last;
  for_each_line(item.area, [&](const Line& line) {
    if (last && reached_alike(*last, line))
      std::copy_n(item.sums + place_of(item, *last), line.pixels * kOutputs, item.sums + place_of(item, line));
    else
      fill_line(item, line);
    last = line;
  });
}

bool Dense::reached_alike(const Line& a, const Line& b) const {
  if (a.down != b.down) return false;
  return std::ranges::all_of(plan_.chunks,
                             [&](const Chunk& chunk) { return a.meets(chunk.outputs) == b.meets(chunk.outputs); });
}

// The bias, and the constants of the taps that reach a pixel.
void Dense::fill_line(const Item& item, const Line& line) const {
  std::int32_t* const sums = item.sums + place_of(item, line);
  for (std::int64_t p = 0; p < line.pixels; ++p) std::copy_n(weights_.bias(item.block), kOutputs, sums + p * kOutputs);
  const std::int64_t begin = line.down ? line.row : line.column;
  for (std::size_t c = 0; c < plan_.chunks.size() && plan_.chunks[c].head == c; ++c) {
    const Area& outputs = plan_.chunks[c].outputs;
    if (!line.meets(outputs)) continue;
    const std::int64_t from = std::max(begin, line.down ? outputs.top : outputs.left);
    const std::int64_t to = std::min(begin + line.pixels, line.down ? outputs.bottom : outputs.right);
    const std::int32_t* const start = weights_.start(item.block, c);
    for (std::int64_t p = from - begin; p < to - begin; ++p)
      for (int o = 0; o < kOutputs; ++o)
        sums[p * kOutputs + o] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[p * kOutputs + o]) +
                                                           static_cast<std::uint32_t>(start[o]));
  }
}

void Dense::compute_chunk(const Item& item, std::size_t index, bool store_it) const {
  const Chunk& chunk = plan_.chunks[index];
  const Area area = common(item.area, chunk.outputs);
  if (area.empty()) return;
  DotArgs args = args_of(chunk);
  args.weights = weights_.of(item.block, chunk);
  const bool goes_on = !wide_ && (plan_.cut || index > 0);
  args.start = goes_on ? nullptr : weights_.start(item.block, index);
  for_each_line(area, [&](const Line& line) { compute_line(item, line, args, store_it); });
}

void Dense::compute_line(const Item& item, const Line& line, DotArgs args, bool store_it) const {
  args.input = input_of(item, line);
  args.pixel_stride = input_step(line);
  std::int64_t place = banded_ ? place_of(item, line) : 0;
  for (std::int64_t first = 0; first < line.pixels;) {
    const int pixels = next_pixels(line.pixels - first);
    args.sums = wide_ ? item.sums : item.sums + place;
    plan_.kernel.run(args, pixels);
    if (wide_) {
      if (!banded_) std::fill_n(item.wide_sums, pixels * kOutputs, 0);
      stores_.widen_add(item.sums, item.wide_sums + place, pixels * kOutputs);
    }
    if (store_it) store(item, line, first, pixels, args.sums, wide_ ? item.wide_sums + place : nullptr);
    args.input += pixels * args.pixel_stride;
    first += pixels;
    if (banded_) place += std::int64_t{pixels} * kOutputs;
  }
}

void Dense::store(const Item& item, const Line& line, std::int64_t first, int pixels, const std::int32_t* sums,
                  const std::int64_t* wide_sums) const {
  const std::int64_t stride = plan_.output.stride(), step = output_step(line);
  StoreArgs args;
  args.scaling = &scaling_;
  args.channel = item.block * kOutputs;
  args.lanes = static_cast<int>(std::min<std::int64_t>(kOutputs, stride - args.channel));
  args.pixels = pixels;
  args.pixel_stride = stride * step;
  const std::int64_t pixel = line.row * plan_.shape.width.output + line.column + first * step;
  const std::int64_t at = pixel * stride + args.channel;
  if (sum_) {
    args.sum = &*sum_;
    args.added = reinterpret_cast<const std::uint8_t*>(item.added) + at;
  }
  if (plan_.output.dtype != DType::int16)
    stores_.to_u8(args, sums, reinterpret_cast<std::uint8_t*>(item.output) + at);
  else if (wide_)
    stores_.wide_to_s16(args, wide_sums, reinterpret_cast<std::int16_t*>(item.output) + at);
  else
    stores_.to_s16(args, sums, reinterpret_cast<std::int16_t*>(item.output) + at);
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
