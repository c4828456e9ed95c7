// Depthwise convolution: one channel in, one out; split over threads by blocks and rows.
#include "kernels/conv2d/depthwise.h"

#include <fmt/format.h>

#include "kernels/conv2d/groups.h"
#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {
namespace {

constexpr std::int64_t kRowsAtOnce = 16;

class DepthwiseConvolution final : public Convolution {
 public:
  explicit DepthwiseConvolution(const Spec& spec) : shape_(spec.shape), isa_(spec.isa), planes_(spec) {}
  bool allocated() const { return planes_.allocated(); }

  void run(const Buffers& buffers, ThreadPool& pool) const override {
    const std::int64_t blocks = blocks_of(shape_.out_channels);
    const std::int64_t parts = (shape_.height.output + kRowsAtOnce - 1) / kRowsAtOnce;
    pool.parallel_for(shape_.batch * blocks * parts, [&](std::int64_t item, int) {
      const std::int64_t plane = item / parts, out = plane * shape_.out_pixels() * kBlock;
      planes_.run(plane % blocks, shape_.height, buffers.input + plane * shape_.in_pixels() * kBlock,
                  part_of(shape_.height.output, parts, item % parts),
                  buffers.residual == nullptr ? nullptr : buffers.residual + out, buffers.output + out);
    });
  }
  std::size_t weight_bytes() const override { return planes_.weight_bytes(); }
  std::string kernel() const override { return fmt::format("depthwise {}", cpu::name_of(isa_)); }

 private:
  Shape shape_;
  cpu::Isa isa_;
  DepthwisePlanes planes_;
};

}  // namespace

DepthwisePlanes::DepthwisePlanes(const Spec& spec)
    : shape_(spec.shape), activation_(spec.activation), row_(depthwise_kernel(spec.isa)) {
  const std::int64_t blocks = blocks_of(shape_.out_channels);
  const std::int64_t taps = shape_.height.kernel * shape_.width.kernel;
  weights_ = packed_floats(spec.store, static_cast<std::size_t>(blocks * taps * kBlock), [&](float* to) {
    for (std::int64_t c = 0; c < shape_.out_channels; ++c)
      for (std::int64_t tap = 0; tap < taps; ++tap)
        to[(c / kBlock * taps + tap) * kBlock + c % kBlock] = spec.weights[static_cast<std::size_t>(c * taps + tap)];
  });
  bias_ = packed_floats(spec.store, static_cast<std::size_t>(blocks * kBlock), [&](float* to) {
    for (std::int64_t c = 0; c < shape_.out_channels; ++c) to[c] = bias_of(spec, c);
  });
}

void DepthwisePlanes::run(std::int64_t block, const Axis& height, const float* input, Range rows, const float* residual,
                          float* output) const {
  const std::int64_t row_floats = shape_.width.output * kBlock;
  DepthwiseRow args{};
  args.height = height;
  args.width = shape_.width;
  args.activation = activation_;
  args.input = input;
  args.weights = weights_.data() + block * height.kernel * shape_.width.kernel * kBlock;
  args.bias = bias_.data() + block * kBlock;
  for (args.row = rows.begin; args.row < rows.end; ++args.row) {
    args.residual = residual == nullptr ? nullptr : residual + args.row * row_floats;
    args.output = output + args.row * row_floats;
    row_(args);
  }
}

DepthwiseKernel depthwise_kernel(cpu::Isa isa) {
  switch (isa) {
#define DIOLKOS_ISA(name) \
  case cpu::Isa::name: return depthwise_row_##name;
#include "kernels/isas.inc"
#undef DIOLKOS_ISA
    default: return depthwise_row_generic;
  }
}

std::unique_ptr<Convolution> plan_depthwise(const Spec& spec) {
  if (!spec.shape.is_depthwise()) return nullptr;
  auto convolution = std::make_unique<DepthwiseConvolution>(spec);
  if (!convolution->allocated()) return nullptr;
  return convolution;
}

}  // namespace diolkos::kernels::conv2d
