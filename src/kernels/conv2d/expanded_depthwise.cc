// A 1x1 convolution and the depthwise one that alone reads it, a tile of channels and a band of rows at a time: what is
// between them stays in a thread's second-level cache, where large images would pass through memory twice.
#include <algorithm>

#include <fmt/format.h>

#include "kernels/conv2d/depthwise.h"
#include "kernels/conv2d/direct.h"
#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {
namespace {

constexpr std::int64_t kLargeImage = std::int64_t{4} << 20;  // bytes: smaller ones stay in the caches anyway
constexpr std::int64_t kBandBytes = 600 << 10;
constexpr std::int64_t kBandsOverlapAtMost = 6;              // a sixth of a band's rows

bool is_pointwise(const Shape& shape) {
  const auto one = [](const Axis& axis) { return axis.kernel == 1 && axis.stride == 1 && axis.pad == 0; };
  return shape.groups == 1 && one(shape.height) && one(shape.width);
}

// Rows of the depthwise convolution's outputs whose inputs fit a band; 0 where there are none worth it.
std::int64_t rows_of_band(const Spec& depthwise) {
  const Axis& height = depthwise.shape.height;
  const std::int64_t row_bytes =
      tile::family(depthwise.isa).max_blocks * depthwise.shape.width.input * kBlock * std::int64_t{sizeof(float)};
  const std::int64_t rows = kBandBytes / row_bytes;
  if (rows >= height.input) return height.output;
  const std::int64_t overlap = std::max<std::int64_t>(0, (height.kernel - 1) * height.dilation + 1 - height.stride);
  if (rows < 1 || overlap * kBandsOverlapAtMost > rows) return 0;
  return (rows - overlap) / height.stride;
}

class ExpandedDepthwise final : public Convolution {
 public:
  ExpandedDepthwise(const Spec& expand, const Spec& depthwise)
      : expand_(plan_tiles(expand)),
        planes_(depthwise),
        in_floats_(blocks_of(expand.shape.in_channels) * expand.shape.in_pixels() * kBlock),
        shape_(depthwise.shape),
        threads_(depthwise.threads),
        band_rows_(rows_of_band(depthwise)) {}
  bool allocated() const { return expand_ != nullptr && planes_.allocated(); }

  void run(const Buffers& buffers, ThreadPool& pool) const override {
    const std::int64_t bands = (shape_.height.output + band_rows_ - 1) / band_rows_;
    pool.parallel_for(shape_.batch * expand_->tiles() * bands, [&](std::int64_t item, int thread) {
      const std::int64_t image = item / bands / expand_->tiles();
      run_band(buffers.input + image * in_floats_, image, item / bands % expand_->tiles(),
               part_of(shape_.height.output, bands, item % bands),
               buffers.scratch + thread * scratch_of_thread(), buffers.output);
    });
  }
  std::size_t scratch_floats() const override { return static_cast<std::size_t>(threads_ * scratch_of_thread()); }
  std::size_t weight_bytes() const override { return expand_->weight_bytes() + planes_.weight_bytes(); }
  std::string kernel() const override { return fmt::format("{} + depthwise", expand_->kernel()); }

 private:
  std::int64_t scratch_of_thread() const { return kBandBytes / std::int64_t{sizeof(float)}; }

  void run_band(const float* input, std::int64_t image, std::int64_t tile, Range rows, float* scratch,
                float* output) const {
    const Axis& height = shape_.height;
    const std::int64_t reach = (height.kernel - 1) * height.dilation;
    const std::int64_t top = std::clamp<std::int64_t>(rows.begin * height.stride - height.pad, 0, height.input);
    const std::int64_t bottom =
        std::clamp<std::int64_t>((rows.end - 1) * height.stride - height.pad + reach + 1, top, height.input);
    expand_->run_tile(input, tile, top, bottom, scratch);
    Axis band = height;
    band.input = bottom - top;
    band.pad = height.pad + top;
    const TileConvolution::Outputs made = expand_->outputs_of(tile);
    for (int b = 0; b < made.blocks; ++b) {
      const std::int64_t block = made.first_block + b;
      const std::int64_t plane = image * blocks_of(shape_.out_channels) + block;
      planes_.run(block, band, scratch + b * band.input * shape_.width.input * kBlock, rows, nullptr,
                  output + plane * shape_.out_pixels() * kBlock);
    }
  }

  std::unique_ptr<TileConvolution> expand_;
  DepthwisePlanes planes_;
  std::int64_t in_floats_;
  Shape shape_;
  int threads_;
  std::int64_t band_rows_;
};

}  // namespace

bool suits_expanded_depthwise(const Spec& expand, const Spec& depthwise) {
  const Shape& between = depthwise.shape;
  return is_pointwise(expand.shape) && between.is_depthwise() && expand.shape.in_channels > kBlock / 2 &&
         direct_dots(expand) == nullptr && split_dots(expand) == nullptr &&
         between.batch * between.in_channels * between.in_pixels() * std::int64_t{sizeof(float)} >= kLargeImage &&
         rows_of_band(depthwise) > 0;
}

std::unique_ptr<Convolution> plan_expanded_depthwise(const Spec& expand, const Spec& depthwise) {
  if (!suits_expanded_depthwise(expand, depthwise)) return nullptr;
  auto convolution = std::make_unique<ExpandedDepthwise>(expand, depthwise);
  if (!convolution->allocated()) return nullptr;
  return convolution;
}

}  // namespace diolkos::kernels::conv2d
