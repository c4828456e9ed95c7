#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "kernels/integer/convolution.h"
#include "kernels/integer/depthwise_row.h"

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kMostTaps = 256;  // whose products of 16 by 8 bits are summed in 32 without overflow

class Depthwise final : public Convolution {
 public:
  explicit Depthwise(const Spec& spec) : isa_(spec.isa), kernel_(depthwise_kernel(spec.isa)) {
    const conv2d::Shape& shape = spec.shape;
    row_.height = shape.height;
    row_.width = shape.width;
    row_.input = {shape.batch, shape.in_channels, shape.height.input, shape.width.input, spec.dtype};
    row_.output = {shape.batch, shape.out_channels, shape.height.output, shape.width.output, spec.dtype};
    row_.input_zero = spec.input_zero + row_.input.offset();
    row_.wide = spec.wide;
    const std::int32_t offset = row_.output.offset();
    row_.scaling = Scaling::of(spec.multipliers, spec.output_zero + offset, spec.low + offset, spec.high + offset,
                               largest_sum(spec));
    pack(spec);
  }

  bool allocated() const { return allocated_; }

  void run(const Operands& operands, ThreadPool& pool) const override {
    const std::int64_t bytes = row_.input.element_bytes() * row_.input.stride();
    pool.parallel_for(row_.input.batch * row_.height.output, [&](std::int64_t index, int) {
      const std::int64_t n = index / row_.height.output, y = index % row_.height.output;
      kernel_(row_, static_cast<const std::byte*>(operands.input) + n * row_.input.plane() * bytes, y,
              static_cast<std::byte*>(operands.output) + index * row_.width.output * bytes);
    });
  }

  std::size_t scratch_bytes() const override { return 0; }
  std::size_t weight_bytes() const override { return row_.weights.size() * sizeof(std::int32_t); }
  std::string kernel() const override {
    return fmt::format("{} depthwise {}", name_of(row_.input.dtype), cpu::name_of(isa_));
  }

 private:
  // [tap][stride] weights, [padded] biases, [padded] starts, [padded] biases of wide sums, of 64 bits.
  void pack(const Spec& spec) {
    const std::int64_t taps = row_.height.kernel * row_.width.kernel, stride = row_.input.stride();
    const std::size_t weights = static_cast<std::size_t>(taps * stride);
    const std::size_t padded = (static_cast<std::size_t>(stride) + 31) / 32 * 32;
    const AlignedFloats packed = packed_floats(spec.store, weights + 4 * padded, [&](float* to) {
      auto* const integers = reinterpret_cast<std::int32_t*>(to);
      for (std::int64_t c = 0; c < row_.input.channels; ++c) pack_channel(spec, c, integers, weights, padded);
    });
    allocated_ = packed.data() != nullptr;
    if (!allocated_) return;
    const auto* from = reinterpret_cast<const std::int32_t*>(packed.data());
    row_.weights.assign(from, from + weights);
    row_.bias.assign(from + weights, from + weights + padded);
    row_.start.assign(from + weights + padded, from + weights + 2 * padded);
    row_.scaling.wide_bias.resize(padded);
    std::memcpy(row_.scaling.wide_bias.data(), from + weights + 2 * padded, padded * sizeof(std::int64_t));
  }

  void pack_channel(const Spec& spec, std::int64_t c, std::int32_t* to, std::size_t weights, std::size_t padded) const {
    const std::int64_t taps = row_.height.kernel * row_.width.kernel, stride = row_.input.stride();
    const auto at = static_cast<std::size_t>(c);
    const std::int64_t bias = spec.bias.empty() ? 0 : spec.bias[at];
    std::int32_t sum = 0;
    for (std::int64_t t = 0; t < taps; ++t) {
      const std::int32_t weight = spec.weights.at(c * taps + t);
      to[t * stride + c] = weight;
      sum += weight;
    }
    const std::int32_t narrow = spec.wide ? 0 : static_cast<std::int32_t>(bias);
    to[weights + at] = narrow;
    to[weights + padded + at] = narrow - row_.input_zero * sum;
    std::memcpy(to + weights + 2 * padded + 2 * at, &bias, sizeof(bias));
  }

  bool allocated_ = false;
  cpu::Isa isa_;
  DepthwiseKernel kernel_;
  DepthwiseRow row_;
};

#define DIOLKOS_KERNELS(name) depthwise_kernel_##name()
#include "kernels/kernels_of.inc"

}  // namespace

DepthwiseKernel depthwise_kernel(cpu::Isa isa) { return kernels_of(isa); }

std::unique_ptr<Convolution> plan_depthwise(const Spec& spec) {
  const conv2d::Shape& shape = spec.shape;
  if (!shape.is_depthwise() || spec.sum || shape.height.kernel * shape.width.kernel > kMostTaps) return nullptr;
  auto convolution = std::make_unique<Depthwise>(spec);
  if (!convolution->allocated()) return nullptr;
  return convolution;
}

}  // namespace diolkos::kernels::integer
