// 3x3 convolutions by Winograd's method (winograd_transforms.h): a strip of tiles is transformed for all channels, then
// threads take blocks of 32 outputs by bands of tiles. Filters stay 8 bits in memory and are transformed a chunk of
// channels at a time, for a tenth of the products' time.
#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "kernels/aligned_floats.h"
#include "kernels/integer/dot.h"
#include "kernels/integer/store.h"
#include "kernels/integer/winograd_tiles.h"
#include "kernels/integer/winograd_transforms.h"

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kChunks[] = {128, 64};  // channels; 64 keep within winograd_bound() whatever the weights
constexpr std::int64_t kBandTiles = 144;  // whose products and transformed filters stay in the second-level cache
constexpr std::int64_t kStripBytes = std::int64_t{16} << 20;  // of transformed inputs
constexpr std::int64_t kItemsPerThread = 2;
constexpr std::int64_t kBlocksOfItem = 2;  // whose outputs are one line of the cache, which no other thread may write
constexpr std::int64_t kInputTiles = 4;  // that a thread transforms at a time
constexpr int kKinds = 4;  // of tiles
// Filters of one point and the next, so that 36 of them share the first-level cache.
constexpr std::int64_t kApart = 32;

alignas(64) constexpr std::int32_t kZeros[kOutputs] = {};

class Winograd final : public Convolution {
 public:
  explicit Winograd(const Spec& spec);
  bool allocated() const { return packed_.data() != nullptr; }

  void run(const Operands& operands, ThreadPool& pool) const override;
  std::size_t scratch_bytes() const override {
    return inputs_bytes() + scratch_of_thread() * static_cast<std::size_t>(threads_);
  }
  std::size_t weight_bytes() const override { return packed_.bytes(); }
  std::string kernel() const override {
    return fmt::format("{} {} winograd {}{}", name_of(input_.dtype), name_of(engine_), tiles_name(),
                       sum_ ? " + sum" : "");
  }

 private:
  struct Buffers {  // of one thread
    std::int16_t* filters;
    std::int32_t* products;
    std::int32_t* sums;
  };
  struct Part {  // of the strip
    const std::int16_t* inputs;
    std::int64_t strip_tiles;
    std::int64_t first, tiles;  // of this band, counted from the strip's first
    const WinogradTile* at;
    std::int64_t block;
  };

  // Tiles that share transforms.
  struct Kind {
    const WinogradTransforms* transforms;
    std::uint8_t points[kMostWinogradPoints];  // where each of the tile's lies among all

    struct Offsets {
      std::int64_t of[kMostWinogradPoints];
    };
    Offsets offsets(std::int64_t point_stride) const {
      Offsets offsets;
      for (int i = 0; i < kMostWinogradPoints; ++i) offsets.of[i] = points[i] * point_stride;
      return offsets;
    }
  };

  struct Range {
    std::int64_t begin, end;
  };

  struct Target {  // one image
    const std::uint8_t* added;
    std::uint8_t* output;
  };

  std::string tiles_name() const;
  Kind kind(cpu::Isa isa, int height, int width) const;
  void split();
  std::vector<std::int64_t> largest_filters(const Spec& spec) const;
  std::int64_t largest_group(const std::vector<std::int64_t>& filters) const;
  std::int32_t choose_cut(const Spec& spec);
  void pack(const Spec& spec);
  void transform_inputs(const std::uint8_t* image, const WinogradTile& tile, std::int64_t index,
                        std::int64_t strip_tiles, std::int16_t* inputs) const;
  void compute(const Part& part, const Buffers& buffers, const Target& to) const;
  Range tiles_with(const Part& part, std::int64_t point) const;
  void multiply_chunk(const Part& part, const Buffers& buffers, std::int64_t chunk, bool add) const;
  void finish_group(const Part& part, const Buffers& buffers, bool first, bool last, const Target& to) const;
  void store(const WinogradTile& tile, std::int64_t block, const std::int32_t* sums, const Target& to) const;

  static int kind_of(const WinogradTile& tile) { return tile.height == 4 ? tile.width - 3 : 3 - (tile.width - 3); }
  std::int64_t channels() const { return input_.stride(); }
  std::int64_t chunks() const { return (channels() + chunk_ - 1) / chunk_; }
  std::int64_t channels_of(std::int64_t chunk) const { return std::min(chunk_, channels() - chunk * chunk_); }
  std::int64_t items() const { return (blocks_ + kBlocksOfItem - 1) / kBlocksOfItem; }
  std::int64_t filter_stride(std::int64_t channels) const { return channels * kOutputs + kApart; }  // of points
  std::int64_t pixels_of_tile() const { return std::int64_t{tiling_.height} * tiling_.width; }
  std::int64_t bias_at() const { return blocks_ * channels() / 2 * 9 * 64 / 4; }  // floats
  std::size_t inputs_bytes() const {
    return static_cast<std::size_t>((strip_ * band_ * points_ * channels() * 2 + 63) / 64 * 64);
  }
  std::size_t filters_bytes() const { return static_cast<std::size_t>(points_ * filter_stride(chunk_) * 2); }
  std::size_t products_bytes() const { return static_cast<std::size_t>(points_ * band_ * kOutputs * 4); }
  std::size_t sums_bytes() const {
    return static_cast<std::size_t>((chunks() > group_ ? band_ : 1) * pixels_of_tile() * kOutputs * 4);
  }
  std::size_t scratch_of_thread() const { return filters_bytes() + products_bytes() + sums_bytes(); }

  conv2d::Shape shape_;
  WinogradTiling tiling_;
  std::int64_t points_;  // of all kinds of tiles
  Image input_, output_;
  Engine engine_;
  DotKernel dot_;
  Kind kinds_[kKinds];
  const WinogradTransforms& of_all_;  // the transforms of filters
  const StoreKernels& stores_;
  int threads_;
  std::int32_t input_zero_;  // as it is held
  std::vector<std::uint8_t> border_;  // a pixel of zeros
  std::int64_t blocks_;
  std::int64_t band_ = 1;   // tiles
  std::int64_t strip_ = 1;  // bands
  std::int64_t chunk_ = kChunks[0];  // channels whose filters are transformed at a time
  std::int64_t group_ = 1;  // chunks whose sum is brought back from the points at once
  Scaling scaling_;
  std::optional<StoredSum> sum_;
  AlignedFloats packed_;  // [block][pair of channels][9][32][2] int8, [block][32] bias
};

Winograd::Winograd(const Spec& spec)
    : shape_(spec.shape),
      tiling_(winograd_tiling(spec.shape)),
      points_(winograd_points(tiling_.height, tiling_.width)),
      input_{spec.shape.batch, spec.shape.in_channels, spec.shape.height.input, spec.shape.width.input, spec.dtype},
      output_{spec.shape.batch, spec.shape.out_channels, spec.shape.height.output, spec.shape.width.output, spec.dtype},
      engine_(spec.engine),
      dot_(dot2(spec.engine)),
      kinds_{kind(spec.isa, 4, 3), kind(spec.isa, 4, 4), kind(spec.isa, 3, 4), kind(spec.isa, 3, 3)},
      of_all_(winograd_transforms(spec.isa, tiling_.height, tiling_.width)),
      stores_(store_kernels(spec.isa)),
      threads_(std::max(spec.threads, 1)),
      input_zero_(spec.input_zero + input_.offset()),
      border_(static_cast<std::size_t>(channels()), static_cast<std::uint8_t>(input_zero_)),
      blocks_((spec.shape.out_channels + kOutputs - 1) / kOutputs) {
  const std::int32_t offset = output_.offset();
  scaling_ = Scaling::of(spec.multipliers, spec.output_zero + offset, spec.low + offset, spec.high + offset,
                         largest_sum(spec));
  if (spec.sum) sum_ = {*spec.sum, float_sum(*spec.sum, scaling_.zero)};
  split();
  const auto decide = [&] { return choose_cut(spec); };
  const std::int32_t cut = std::max(spec.store == nullptr ? decide() : spec.store->choice(decide), 1);
  chunk_ = kChunks[cut % 2 == 0 ? 0 : 1];
  group_ = std::max(cut / 2, 1);
  pack(spec);
}

std::string Winograd::tiles_name() const {
  const auto has = [&](int side) {
    return std::any_of(tiling_.tiles.begin(), tiling_.tiles.end(),
                       [&](const WinogradTile& tile) { return tile.height == side || tile.width == side; });
  };
  return has(4) && has(3) ? "F(4+3,3)" : has(4) ? "F(4,3)" : "F(3,3)";
}

// Of the six points of 4 outputs those of 3 lack the fifth.
Winograd::Kind Winograd::kind(cpu::Isa isa, int height, int width) const {
  Kind kind{&winograd_transforms(isa, height, width), {}};
  const auto place = [](int point, int tile, int largest) { return tile < largest && point == 4 ? 5 : point; };
  for (int r = 0; r < height + 2; ++r)
    for (int c = 0; c < width + 2; ++c)
      kind.points[r * (width + 2) + c] = static_cast<std::uint8_t>(
          place(r, height, tiling_.height) * (tiling_.width + 2) + place(c, width, tiling_.width));
  return kind;
}

void Winograd::split() {
  const auto tiles = std::max<std::int64_t>(std::ssize(tiling_.tiles), 1);
  std::int64_t bands = (tiles + kBandTiles - 1) / kBandTiles;
  if (threads_ > 1) bands = std::max(bands, (kItemsPerThread * threads_ + items() - 1) / items());
  bands = std::min(bands, tiles);
  band_ = (tiles + bands - 1) / bands;
  strip_ = std::clamp<std::int64_t>(kStripBytes / (band_ * points_ * channels() * 2), 1, bands);
}

// Of each chunk, the largest sum of magnitudes that one output's weights have.
std::vector<std::int64_t> Winograd::largest_filters(const Spec& spec) const {
  std::vector<std::int64_t> largest(static_cast<std::size_t>(chunks()));
  for (std::int64_t o = 0; o < shape_.out_channels; ++o)
    for (std::int64_t chunk = 0; chunk < chunks(); ++chunk) {
      const std::int64_t first = chunk * chunk_, last = std::min(first + chunk_, shape_.in_channels);
      std::int64_t sum = 0;
      for (std::int64_t i = (o * shape_.in_channels + first) * 9; i < (o * shape_.in_channels + last) * 9; ++i)
        sum += std::abs(spec.weights.at(i));
      auto& so_far = largest[static_cast<std::size_t>(chunk)];
      so_far = std::max(so_far, sum);
    }
  return largest;
}

// Chunks that may be summed before they are brought back; 0: not even one.
std::int64_t Winograd::largest_group(const std::vector<std::int64_t>& filters) const {
  const std::int64_t farthest = std::max(input_zero_, 255 - input_zero_);
  const auto fits = [&](std::int64_t group) {
    for (std::int64_t first = 0; first < chunks(); first += group) {
      std::int64_t sum = 0;
      for (std::int64_t c = first; c < std::min(first + group, chunks()); ++c)
        sum += filters[static_cast<std::size_t>(c)];
      if (sum * farthest >= winograd_bound(tiling_.height, tiling_.width)) return false;
    }
    return true;
  };
  std::int64_t group = chunks();
  while (group > 0 && !fits(group)) --group;
  return group;
}

// Twice the group; one more for the smaller chunk.
std::int32_t Winograd::choose_cut(const Spec& spec) {
  for (int i = 0; i < 2; ++i) {
    chunk_ = kChunks[i];
    if (const std::int64_t group = largest_group(largest_filters(spec)); group > 0)
      return static_cast<std::int32_t>(2 * group + i);
  }
  return 1;
}

void Winograd::pack(const Spec& spec) {
  ThreadPool alone(1);
  ThreadPool& pool = spec.pool == nullptr ? alone : *spec.pool;
  packed_ = packed_floats(spec.store, static_cast<std::size_t>(bias_at() + blocks_ * kOutputs), [&](float* to) {
    pool.parallel_for(blocks_, [&](std::int64_t block, int) {
      auto* const filters = reinterpret_cast<std::int8_t*>(to) + block * channels() / 2 * 9 * 64;
      auto* const bias = reinterpret_cast<std::int32_t*>(to + bias_at()) + block * kOutputs;
      const std::int64_t outputs = std::min<std::int64_t>(kOutputs, shape_.out_channels - block * kOutputs);
      for (std::int64_t o = 0; o < outputs; ++o) {
        const std::int64_t output = block * kOutputs + o;
        bias[o] = spec.bias.empty() ? 0 : static_cast<std::int32_t>(spec.bias[static_cast<std::size_t>(output)]);
        for (std::int64_t c = 0; c < shape_.in_channels; ++c)
          for (std::int64_t tap = 0; tap < 9; ++tap)
            filters[((c / 2 * 9 + tap) * kOutputs + o) * 2 + c % 2] =
                static_cast<std::int8_t>(spec.weights.at((output * shape_.in_channels + c) * 9 + tap));
      }
    });
  });
}

void Winograd::run(const Operands& operands, ThreadPool& pool) const {
  auto* const inputs = static_cast<std::int16_t*>(operands.scratch);
  std::byte* const of_threads = static_cast<std::byte*>(operands.scratch) + inputs_bytes();
  const auto all = std::ssize(tiling_.tiles);
  for (std::int64_t n = 0; n < shape_.batch; ++n) {
    const auto* image = static_cast<const std::uint8_t*>(operands.input) + n * input_.plane() * input_.stride();
    const std::int64_t of_image = n * output_.plane() * output_.stride();
    const Target target{sum_ ? static_cast<const std::uint8_t*>(operands.added) + of_image : nullptr,
                        static_cast<std::uint8_t*>(operands.output) + of_image};
    for (std::int64_t start = 0; start < all; start += strip_ * band_) {
      const std::int64_t tiles = std::min(strip_ * band_, all - start);
      const WinogradTile* const at = tiling_.tiles.data() + start;
      pool.parallel_for((tiles + kInputTiles - 1) / kInputTiles, [&](std::int64_t item, int) {
        for (std::int64_t t = item * kInputTiles; t < std::min((item + 1) * kInputTiles, tiles); ++t)
          transform_inputs(image, at[t], t, tiles, inputs);
      });
      const std::int64_t bands = (tiles + band_ - 1) / band_;
      pool.parallel_for(items() * bands, [&](std::int64_t item, int thread) {
        std::byte* const mine = of_threads + scratch_of_thread() * static_cast<std::size_t>(thread);
        const Buffers buffers{reinterpret_cast<std::int16_t*>(mine),
                              reinterpret_cast<std::int32_t*>(mine + filters_bytes()),
                              reinterpret_cast<std::int32_t*>(mine + filters_bytes() + products_bytes())};
        const std::int64_t first = item % bands * band_;
        Part part{inputs, tiles, first, std::min(band_, tiles - first), at + first, item / bands * kBlocksOfItem};
        const std::int64_t end = std::min(part.block + kBlocksOfItem, blocks_);
        for (; part.block < end; ++part.block) compute(part, buffers, target);
      });
    }
  }
}

// Inputs lie as [chunk][point][tile][channel of the chunk].
void Winograd::transform_inputs(const std::uint8_t* image, const WinogradTile& tile, std::int64_t index,
                                std::int64_t strip_tiles, std::int16_t* inputs) const {
  const auto &h = shape_.height, &w = shape_.width;
  const Kind& kind = kinds_[kind_of(tile)];
  const std::uint8_t* pixels[kMostWinogradPoints];
  int point = 0;
  for (int r = 0; r < tile.height + 2; ++r)
    for (int c = 0; c < tile.width + 2; ++c) {
      const std::int64_t row = tile.top - h.pad + r * h.dilation, column = tile.left - w.pad + c * w.dilation;
      const bool inside = row >= 0 && row < h.input && column >= 0 && column < w.input;
      pixels[point++] = inside ? image + (row * w.input + column) * channels() : border_.data();
    }
  for (std::int64_t chunk = 0; chunk < chunks(); ++chunk) {
    const std::int64_t first = chunk * chunk_, count = channels_of(chunk);
    const Kind::Offsets offsets = kind.offsets(strip_tiles * count);
    kind.transforms->input({pixels, first, count, input_zero_, inputs + first * points_ * strip_tiles + index * count,
                            offsets.of});
  }
}

void Winograd::compute(const Part& part, const Buffers& buffers, const Target& to) const {
  for (std::int64_t chunk = 0; chunk < chunks(); ++chunk) {
    const std::int64_t in_group = chunk % group_;
    multiply_chunk(part, buffers, chunk, in_group != 0);
    const bool last = chunk + 1 == chunks();
    if (last || in_group + 1 == group_) finish_group(part, buffers, chunk < group_, last, to);
  }
}

// The tiles of a part that have a point.
Winograd::Range Winograd::tiles_with(const Part& part, std::int64_t point) const {
  const auto before = [&](int kind) {
    return std::partition_point(part.at, part.at + part.tiles,
                                [&](const WinogradTile& t) { return kind_of(t) < kind; }) -
           part.at;
  };
  const std::int64_t across = tiling_.width + 2;
  const bool of_high = tiling_.height == 4 && point / across == 4, of_wide = tiling_.width == 4 && point % across == 4;
  return {of_wide ? before(1) : 0, of_high ? before(2) : of_wide ? before(3) : part.tiles};
}

void Winograd::multiply_chunk(const Part& part, const Buffers& buffers, std::int64_t chunk, bool add) const {
  const std::int64_t first = chunk * chunk_, count = channels_of(chunk);
  const auto* const packed = reinterpret_cast<const std::int8_t*>(packed_.data());
  of_all_.filters({packed + (part.block * channels() + first) / 2 * 9 * 64, count / 2, buffers.filters,
                   filter_stride(count)});
  const Run run{0, static_cast<std::int32_t>(count / 2)};
  DotArgs args{nullptr, count * 2, &run, 1, nullptr, add ? nullptr : kZeros, nullptr};
  for (std::int64_t point = 0; point < points_; ++point) {
    const std::int16_t* const inputs =
        part.inputs + first * points_ * part.strip_tiles + (point * part.strip_tiles + part.first) * count;
    args.weights = reinterpret_cast<const std::byte*>(buffers.filters + point * filter_stride(count));
    const Range range = tiles_with(part, point);
    const std::int64_t tiles = range.end - range.begin;
    const std::int64_t parts = (tiles + dot_.max_pixels - 1) / dot_.max_pixels;
    for (std::int64_t i = 0; i < parts; ++i) {
      const std::int64_t from = range.begin + tiles * i / parts, to = range.begin + tiles * (i + 1) / parts;
      args.input = reinterpret_cast<const std::byte*>(inputs + from * count);
      args.sums = buffers.products + (point * part.tiles + from) * kOutputs;
      dot_.run(args, static_cast<int>(to - from));
    }
  }
}

void Winograd::finish_group(const Part& part, const Buffers& buffers, bool first, bool last,
                            const Target& to) const {
  const auto* const bias = reinterpret_cast<const std::int32_t*>(packed_.data() + bias_at()) + part.block * kOutputs;
  const std::int64_t step = chunks() > group_ ? pixels_of_tile() * kOutputs : 0;
  Kind::Offsets offsets[kKinds];
  for (int i = 0; i < kKinds; ++i) offsets[i] = kinds_[i].offsets(part.tiles * kOutputs);
  for (std::int64_t t = 0; t < part.tiles; ++t) {
    std::int32_t* const sums = buffers.sums + t * step;
    const int kind = kind_of(part.at[t]);
    kinds_[kind].transforms->output({buffers.products + t * kOutputs, offsets[kind].of, first ? bias : nullptr, sums});
    if (last) store(part.at[t], part.block, sums, to);
  }
}

void Winograd::store(const WinogradTile& tile, std::int64_t block, const std::int32_t* sums,
                     const Target& to) const {
  const std::int64_t stride = output_.stride();
  StoreArgs args;
  args.scaling = &scaling_;
  args.channel = block * kOutputs;
  args.lanes = static_cast<int>(std::min<std::int64_t>(kOutputs, stride - args.channel));
  args.pixels = tile.columns;
  args.pixel_stride = stride * shape_.width.dilation;
  if (sum_) args.sum = &*sum_;
  for (std::int32_t row = 0; row < tile.rows; ++row) {
    const std::int64_t y = tile.top + row * shape_.height.dilation;
    const std::int64_t first = (y * output_.width + tile.left) * stride + args.channel;
    if (sum_) args.added = to.added + first;
    stores_.to_u8(args, sums + row * tile.width * kOutputs, to.output + first);
  }
}

}  // namespace

std::unique_ptr<Convolution> plan_winograd(const Spec& spec) {
  if (!takes_winograd(spec)) return nullptr;
  auto convolution = std::make_unique<Winograd>(spec);
  if (!convolution->allocated()) return nullptr;
  return convolution;
}

}  // namespace diolkos::kernels::integer
