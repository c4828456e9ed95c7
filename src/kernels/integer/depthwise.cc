#include <algorithm>

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
    row_.scaling = Scaling::of(spec.multipliers, spec.output_zero + offset, spec.low + offset, spec.high + offset);
    pack(spec);
  }

  void run(const void* input, void* output, void*, ThreadPool& pool) const override {
    const std::int64_t bytes = row_.input.element_bytes() * row_.input.stride();
    pool.parallel_for(row_.input.batch * row_.height.output, [&](std::int64_t index, int) {
      const std::int64_t n = index / row_.height.output, y = index % row_.height.output;
      kernel_(row_, static_cast<const std::byte*>(input) + n * row_.input.plane() * bytes, y,
              static_cast<std::byte*>(output) + index * row_.width.output * bytes);
    });
  }

  std::size_t scratch_bytes() const override { return 0; }
  std::size_t weight_bytes() const override { return row_.weights.size() * sizeof(std::int32_t); }
  std::string kernel() const override {
    return fmt::format("{} depthwise {}", name_of(row_.input.dtype), cpu::name_of(isa_));
  }

 private:
  void pack(const Spec& spec) {
    const std::int64_t taps = row_.height.kernel * row_.width.kernel, stride = row_.input.stride();
    const std::size_t padded = std::max<std::size_t>(static_cast<std::size_t>(stride), row_.scaling.mantissas.size());
    row_.weights.resize(static_cast<std::size_t>(taps * stride));
    row_.bias.resize(padded);
    row_.start.resize(padded);
    row_.scaling.wide_bias.resize(padded);
    for (std::int64_t c = 0; c < row_.input.channels; ++c) {
      const auto at = static_cast<std::size_t>(c);
      const std::int64_t bias = spec.bias.empty() ? 0 : spec.bias[at];
      std::int32_t sum = 0;
      for (std::int64_t t = 0; t < taps; ++t) {
        const std::int32_t weight = spec.weights.at(c * taps + t);
        row_.weights[static_cast<std::size_t>(t * stride + c)] = weight;
        sum += weight;
      }
      row_.scaling.wide_bias[at] = bias;
      row_.bias[at] = spec.wide ? 0 : static_cast<std::int32_t>(bias);
      row_.start[at] = row_.bias[at] - row_.input_zero * sum;
    }
  }

  cpu::Isa isa_;
  DepthwiseKernel kernel_;
  DepthwiseRow row_;
};

}  // namespace

DepthwiseKernel depthwise_kernel(cpu::Isa isa) {
#define DIOLKOS_ISA(name) \
  if (isa == cpu::Isa::name) return depthwise_kernel_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA
  return depthwise_kernel_generic();
}

std::unique_ptr<Convolution> plan_depthwise(const Spec& spec) {
  const conv2d::Shape& shape = spec.shape;
  if (!shape.is_depthwise() || shape.height.kernel * shape.width.kernel > kMostTaps) return nullptr;
  return std::make_unique<Depthwise>(spec);
}

}  // namespace diolkos::kernels::integer
