// Weights of a dense convolution as its tiles read them, with what the sums of each chunk start from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/aligned_floats.h"
#include "kernels/integer/chunks.h"

namespace diolkos::kernels::integer {

class DenseWeights {
 public:
  DenseWeights(const ChunkPlan& plan, const Spec& spec);

  bool allocated() const { return packed_.data() != nullptr; }
  std::size_t bytes() const { return packed_.bytes(); }
  // Of 32 outputs.
  const std::byte* of(std::int64_t block, const Chunk& chunk) const {
    return reinterpret_cast<const std::byte*>(packed_.data()) + (block * steps_ + chunk.step) * step_bytes_;
  }
  const std::int32_t* start(std::int64_t block, std::size_t chunk) const {
    return reinterpret_cast<const std::int32_t*>(packed_.data() + starts_at(block)) + chunk * kOutputs;
  }
  const std::int32_t* bias(std::int64_t block) const { return start(block, static_cast<std::size_t>(chunks_)); }
  std::span<const std::int64_t> wide_bias() const {  // of whole blocks; empty where memory is out
    if (!allocated()) return {};
    return {reinterpret_cast<const std::int64_t*>(packed_.data() + wide_bias_at()),
            static_cast<std::size_t>(blocks_ * kOutputs)};
  }

 private:
  // Floats from the start of what is packed: [block][step][32 outputs][group] weights, [block][chunk, then the
  // bias][32] starts of sums, [32 blocks] biases of wide sums, of 64 bits.
  std::int64_t starts_at(std::int64_t block) const {
    return blocks_ * block_floats() + block * (chunks_ + 1) * kOutputs;
  }
  std::int64_t block_floats() const { return steps_ * step_bytes_ / 4; }
  std::int64_t wide_bias_at() const { return starts_at(blocks_); }
  void pack_block(const ChunkPlan& plan, const Spec& spec, std::int64_t block, float* to) const;

  std::int64_t blocks_, chunks_, step_bytes_, steps_;
  AlignedFloats packed_;
};

}  // namespace diolkos::kernels::integer
