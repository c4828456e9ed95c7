#include "kernels/integer/dense_weights.h"

#include <algorithm>

namespace diolkos::kernels::integer {
namespace {

// One output's weights of a chunk, into its block; returns their sum.
std::int64_t pack_output(const ChunkPlan& plan, const Spec& spec, const Chunk& chunk, std::int64_t output,
                         std::byte* packed) {
  const auto& shape = spec.shape;
  const std::int64_t taps = shape.height.kernel * shape.width.kernel, stride = plan.input.stride();
  const std::int64_t filter = output * shape.in_channels * taps;
  const int group = plan.kernel.group;
  std::int64_t sum = 0, step = chunk.step;
  for (int r = chunk.first_run; r < chunk.first_run + chunk.runs; ++r) {
    const Piece& piece = plan.pieces[static_cast<std::size_t>(r)];
    std::int64_t column = piece.tap_column + piece.first / stride;
    std::int64_t channel = piece.first % stride;
    for (std::int64_t i = 0; i < piece.length; ++i) {
      if (channel < shape.in_channels) {
        const std::int32_t weight =
            spec.weights.at(filter + channel * taps + piece.tap_row * shape.width.kernel + column);
        const std::int64_t place = ((step + i / group) * kOutputs + output % kOutputs) * group + i % group;
        if (plan.kernel.element_bytes() == 1)
          reinterpret_cast<std::int8_t*>(packed)[place] = static_cast<std::int8_t>(weight);
        else
          reinterpret_cast<std::int16_t*>(packed)[place] = static_cast<std::int16_t>(weight);
        sum += weight;
      }
      if (++channel == stride) {
        channel = 0;
        ++column;
      }
    }
    step += plan.runs[static_cast<std::size_t>(r)].steps;
  }
  return sum;
}

}  // namespace

DenseWeights::DenseWeights(const ChunkPlan& plan, const Spec& spec)
    : blocks_((spec.shape.out_channels + kOutputs - 1) / kOutputs),
      chunks_(std::ssize(plan.chunks)),
      step_bytes_(plan.kernel.step_bytes()),
      steps_(plan.steps) {
  ThreadPool alone(1);
  ThreadPool& pool = spec.pool == nullptr ? alone : *spec.pool;
  const std::int64_t floats = wide_bias_at() + 2 * blocks_ * kOutputs;
  packed_ = packed_floats(spec.store, static_cast<std::size_t>(floats), [&](float* to) {
    pool.parallel_for(blocks_, [&](std::int64_t block, int) { pack_block(plan, spec, block, to); });
  });
}

void DenseWeights::pack_block(const ChunkPlan& plan, const Spec& spec, std::int64_t block, float* to) const {
  const std::int32_t input_zero = spec.input_zero + plan.input.offset();
  const auto& shape = spec.shape;
  auto* const packed = reinterpret_cast<std::byte*>(to + block * block_floats());
  auto* const starts = reinterpret_cast<std::int32_t*>(to + starts_at(block));
  auto* const wide_bias = reinterpret_cast<std::int64_t*>(to + wide_bias_at());
  const std::int64_t outputs = std::min<std::int64_t>(kOutputs, shape.out_channels - block * kOutputs);
  for (std::int64_t o = 0; o < outputs; ++o) {
    const std::int64_t output = block * kOutputs + o;
    const std::int64_t bias = spec.bias.empty() ? 0 : spec.bias[static_cast<std::size_t>(output)];
    std::int64_t all = 0;
    for (std::size_t c = 0; c < plan.chunks.size(); ++c) {
      const Chunk& chunk = plan.chunks[c];
      const std::int64_t sum = pack_output(plan, spec, chunk, output, packed);
      all += sum;
      std::int64_t begin = sum * (plan.kernel.shift - input_zero);
      if (c == 0 && !plan.cut) begin += bias;
      auto& start = starts[chunk.head * kOutputs + static_cast<std::size_t>(o)];
      start = spec.wide ? 0 : static_cast<std::int32_t>((chunk.head == c ? 0 : std::int64_t{start}) + begin);
    }
    starts[plan.chunks.size() * kOutputs + static_cast<std::size_t>(o)] = static_cast<std::int32_t>(bias);
    wide_bias[output] = bias - all * input_zero;
  }
}

}  // namespace diolkos::kernels::integer
