// Depthwise convolution: one channel in, one out; split over threads by blocks and rows.
#include <algorithm>

#include <fmt/format.h>

#include "kernels/aligned_floats.h"
#include "kernels/conv2d/depthwise_row.h"
#include "kernels/conv2d/groups.h"
#include "kernels/conv2d/split.h"
#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {
namespace {

constexpr std::int64_t kRowsAtOnce = 16;

class DepthwiseConvolution final : public Convolution {
 public:
  explicit DepthwiseConvolution(const Spec& spec)
      : shape_(spec.shape), activation_(spec.activation), isa_(spec.isa), row_(depthwise_kernel(spec.isa)) {
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
  bool allocated() const { return weights_.data() != nullptr && bias_.data() != nullptr; }

  void run(const Buffers& buffers, ThreadPool& pool) const override {
    const std::int64_t blocks = blocks_of(shape_.out_channels);
    const std::int64_t parts = (shape_.height.output + kRowsAtOnce - 1) / kRowsAtOnce;
    pool.parallel_for(shape_.batch * blocks * parts, [&](std::int64_t item, int) {
      run_rows(buffers, item / parts, blocks, part_of(shape_.height.output, parts, item % parts));
    });
  }
  std::size_t weight_bytes() const override { return weights_.bytes() + bias_.bytes(); }
  std::string kernel() const override { return fmt::format("depthwise {}", cpu::name_of(isa_)); }

 private:
  void run_rows(const Buffers& buffers, std::int64_t plane, std::int64_t blocks, Range rows) const {
    const std::int64_t row_floats = shape_.width.output * kBlock;
    const std::int64_t block = plane % blocks;
    DepthwiseRow args{};
    args.height = shape_.height;
    args.width = shape_.width;
    args.activation = activation_;
    args.input = buffers.input + plane * shape_.in_pixels() * kBlock;
    args.weights = weights_.data() + block * shape_.height.kernel * shape_.width.kernel * kBlock;
    args.bias = bias_.data() + block * kBlock;
    for (args.row = rows.begin; args.row < rows.end; ++args.row) {
      const std::int64_t at = (plane * shape_.height.output + args.row) * row_floats;
      args.residual = buffers.residual == nullptr ? nullptr : buffers.residual + at;
      args.output = buffers.output + at;
      row_(args);
    }
  }

  Shape shape_;
  Activation activation_;
  cpu::Isa isa_;
  DepthwiseKernel row_;
  AlignedFloats weights_;  // [block][tap][16]
  AlignedFloats bias_;
};

}  // namespace

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
