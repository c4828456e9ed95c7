// Depthwise convolutions whose taps are summed by columns (depthwise_columns.h): a slice of channels of some pixels of
// a row at a time, so that what is laid together stays in the first caches.
#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "kernels/integer/convolution.h"
#include "kernels/integer/depthwise_columns.h"
#include "kernels/integer/store.h"

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kMostColumns = 160;  // laid at a time, where the window is not wider
constexpr std::int64_t kMostReach = 512;
constexpr std::int64_t kMostLines = 16;

class ByColumns final : public Convolution {
 public:
  ByColumns(const Spec& spec, const DepthwiseColumns& columns);
  bool allocated() const { return packed_.data() != nullptr; }

  void run(const Operands& operands, ThreadPool& pool) const override;
  std::size_t scratch_bytes() const override { return scratch_of_thread() * static_cast<std::size_t>(threads_); }
  std::size_t weight_bytes() const override { return packed_.bytes(); }
  std::string kernel() const override {
    return fmt::format("{} depthwise {} {}", name_of(input_.dtype), cpu::name_of(isa_),
                       columns_.rows == 4 ? "vnni" : "pairs");
  }

 private:
  // Pixels [first, first + pixels) of row y, channels from 32 * slice on.
  struct Piece {
    std::int64_t y, first, pixels, slice;
  };

  void pack(const Spec& spec);
  void compute_row(const std::uint8_t* image, std::int64_t y, std::uint8_t* out, std::byte* scratch) const;
  void lay(const std::uint8_t* image, const Piece& piece, std::int32_t* laid) const;
  void sum(const Piece& piece, const std::int32_t* laid, std::int32_t* sums) const;
  void store(const Piece& piece, const std::int32_t* sums, std::uint8_t* out) const;

  std::int64_t slices() const { return (input_.stride() + kSlice - 1) / kSlice; }
  bool is_half(std::int64_t slice) const { return slice * kSlice + kSlice / 2 >= input_.stride(); }
  std::int64_t groups() const { return columns_.groups(shape_.height.kernel); }
  std::int64_t reach() const { return (shape_.width.kernel - 1) * shape_.width.dilation; }
  std::int64_t columns_of(std::int64_t pixels) const { return (pixels - 1) * shape_.width.stride + reach() + 1; }
  std::size_t laid_bytes() const { return static_cast<std::size_t>(columns_of(pixels_) * groups() * kSlice * 4); }
  std::size_t scratch_of_thread() const { return laid_bytes() + static_cast<std::size_t>(pixels_ * kSlice * 4); }
  // Of a slice: [terms][32] weights, [32] starts.
  std::int64_t packed_slice() const { return (std::ssize(terms_) + 1) * kSlice; }
  const std::int32_t* packed_of(std::int64_t slice) const {
    return reinterpret_cast<const std::int32_t*>(packed_.data()) + slice * packed_slice();
  }

  conv2d::Shape shape_;
  Image input_, output_;
  cpu::Isa isa_;
  DepthwiseColumns columns_;
  const StoreKernels& stores_;
  int threads_;
  std::int32_t input_zero_;           // as it is held
  std::vector<std::uint8_t> border_;  // a slice of zeros, and what is read beyond
  std::vector<std::int64_t> terms_;
  std::int64_t pixels_ = 1;  // of a piece, at most
  Scaling scaling_;
  AlignedFloats packed_;
};

ByColumns::ByColumns(const Spec& spec, const DepthwiseColumns& columns)
    : shape_(spec.shape),
      input_{spec.shape.batch, spec.shape.in_channels, spec.shape.height.input, spec.shape.width.input, spec.dtype},
      output_{spec.shape.batch, spec.shape.out_channels, spec.shape.height.output, spec.shape.width.output, spec.dtype},
      isa_(spec.isa),
      columns_(columns),
      stores_(store_kernels(spec.isa)),
      threads_(std::max(spec.threads, 1)),
      input_zero_(spec.input_zero + input_.offset()),
      border_(2 * kSlice, static_cast<std::uint8_t>(input_zero_)) {
  const std::int32_t offset = output_.offset();
  scaling_ = Scaling::of(spec.multipliers, spec.output_zero + offset, spec.low + offset, spec.high + offset,
                         largest_sum(spec));
  for (std::int64_t c = 0; c < shape_.width.kernel; ++c)
    for (std::int64_t g = 0; g < groups(); ++g)
      terms_.push_back((c * shape_.width.dilation * groups() + g) * kSlice);
  const std::int64_t room = std::max(kMostColumns - reach(), 32 * shape_.width.stride);
  pixels_ = std::clamp<std::int64_t>(room / shape_.width.stride, 1, std::max<std::int64_t>(shape_.width.output, 1));
  pack(spec);
}

void ByColumns::pack(const Spec& spec) {
  const std::int64_t lines = shape_.height.kernel, across = shape_.width.kernel, rows = columns_.rows;
  packed_ = packed_floats(spec.store, static_cast<std::size_t>(slices() * packed_slice()), [&](float* to) {
    std::memset(to, 0, static_cast<std::size_t>(slices() * packed_slice()) * 4);
    for (std::int64_t channel = 0; channel < shape_.in_channels; ++channel) {
      auto* const slice = reinterpret_cast<std::int32_t*>(to) + channel / kSlice * packed_slice() + channel % kSlice;
      std::int32_t all = 0;
      for (std::int64_t line = 0; line < lines; ++line)
        for (std::int64_t c = 0; c < across; ++c) {
          const std::int32_t weight = spec.weights.at((channel * lines + line) * across + c);
          auto* const term = reinterpret_cast<std::byte*>(slice + (c * groups() + line / rows) * kSlice);
          const auto narrow = static_cast<std::int16_t>(weight);
          if (rows == 4)
            term[line % rows] = static_cast<std::byte>(narrow);
          else
            std::memcpy(term + line % rows * 2, &narrow, 2);
          all += weight;
        }
      const std::int64_t bias = spec.bias.empty() ? 0 : spec.bias[static_cast<std::size_t>(channel)];
      slice[std::ssize(terms_) * kSlice] = static_cast<std::int32_t>(bias) - input_zero_ * all;
    }
  });
}

void ByColumns::run(const Operands& operands, ThreadPool& pool) const {
  pool.parallel_for(input_.batch * shape_.height.output, [&](std::int64_t index, int thread) {
    const std::int64_t n = index / shape_.height.output, y = index % shape_.height.output;
    compute_row(static_cast<const std::uint8_t*>(operands.input) + n * input_.plane() * input_.stride(), y,
                static_cast<std::uint8_t*>(operands.output) + index * shape_.width.output * output_.stride(),
                static_cast<std::byte*>(operands.scratch) + scratch_of_thread() * static_cast<std::size_t>(thread));
  });
}

void ByColumns::compute_row(const std::uint8_t* image, std::int64_t y, std::uint8_t* out, std::byte* scratch) const {
  auto* const laid = reinterpret_cast<std::int32_t*>(scratch);
  auto* const sums = reinterpret_cast<std::int32_t*>(scratch + laid_bytes());
  for (std::int64_t first = 0; first < shape_.width.output; first += pixels_)
    for (std::int64_t slice = 0; slice < slices(); ++slice) {
      const Piece piece{y, first, std::min(pixels_, shape_.width.output - first), slice};
      lay(image, piece, laid);
      sum(piece, laid, sums);
      store(piece, sums, out);
    }
}

void ByColumns::lay(const std::uint8_t* image, const Piece& piece, std::int32_t* laid) const {
  const auto &h = shape_.height, &w = shape_.width;
  const std::uint8_t *zeros[kMostLines], *lines[kMostLines];
  std::int64_t still[kMostLines] = {}, steps[kMostLines] = {};
  const std::int64_t left = piece.first * w.stride - w.pad, columns = columns_of(piece.pixels);
  const std::int64_t begin = std::clamp<std::int64_t>(-left, 0, columns);
  const std::int64_t end = std::clamp<std::int64_t>(w.input - left, begin, columns);
  for (std::int64_t r = 0; r < h.kernel; ++r) {
    const std::int64_t row = piece.y * h.stride - h.pad + r * h.dilation;
    const bool inside = row >= 0 && row < h.input && begin < end;
    zeros[r] = border_.data();
    lines[r] = inside ? image + (row * w.input + left + begin) * input_.stride() + piece.slice * kSlice : zeros[r];
    if (inside) steps[r] = input_.stride();
  }
  const auto lines_count = static_cast<int>(h.kernel);
  const std::int64_t column = groups() * kSlice;
  const bool half = is_half(piece.slice);
  columns_.lay({zeros, still, lines_count, begin, half, laid});
  columns_.lay({lines, steps, lines_count, end - begin, half, laid + begin * column});
  columns_.lay({zeros, still, lines_count, columns - end, half, laid + end * column});
}

void ByColumns::sum(const Piece& piece, const std::int32_t* laid, std::int32_t* sums) const {
  const std::int32_t* const packed = packed_of(piece.slice);
  columns_.sum({laid, shape_.width.stride * groups() * kSlice, terms_.data(), std::ssize(terms_), packed,
                packed + std::ssize(terms_) * kSlice, piece.pixels, is_half(piece.slice), sums});
}

void ByColumns::store(const Piece& piece, const std::int32_t* sums, std::uint8_t* out) const {
  StoreArgs args;
  args.scaling = &scaling_;
  args.channel = piece.slice * kSlice;
  args.lanes = static_cast<int>(std::min<std::int64_t>(kSlice, output_.stride() - args.channel));
  args.pixels = static_cast<int>(piece.pixels);
  args.pixel_stride = output_.stride();
  stores_.to_u8(args, sums, out + piece.first * output_.stride() + args.channel);
}

bool takes(const Spec& spec) {
  const conv2d::Shape& shape = spec.shape;
  return spec.dtype != DType::int16 && shape.is_depthwise() && !spec.sum && shape.in_channels > 4 &&
         shape.height.kernel <= kMostLines && shape.width.kernel <= kMostLines &&
         (shape.width.kernel - 1) * shape.width.dilation <= kMostReach && shape.width.stride <= kMostReach;
}

}  // namespace

std::unique_ptr<Convolution> plan_depthwise_by_columns(const Spec& spec) {
  const bool bytes = !spec.weights.is_unsigned && spec.weights.zero == 0;
  const DepthwiseColumns columns = depthwise_columns(spec.engine, bytes);
  if (!columns || !takes(spec)) return nullptr;
  auto convolution = std::make_unique<ByColumns>(spec, columns);
  if (!convolution->allocated()) return nullptr;
  return convolution;
}

}  // namespace diolkos::kernels::integer
