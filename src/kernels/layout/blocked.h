// Channel-blocked activations: [batch][channels / 16][height][width][16], channels padded with zeros to whole blocks.
// One block for every instruction set, so that layouts, plans and packed weights are the same everywhere.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"

namespace diolkos::kernels {

inline constexpr std::int64_t kBlock = 16;
inline constexpr std::int64_t blocks_of(std::int64_t channels) { return (channels + kBlock - 1) / kBlock; }

// An image tensor; `pixels` is height * width.
struct Planes {
  std::int64_t batch = 1;
  std::int64_t channels = 1;
  std::int64_t pixels = 1;

  std::int64_t plain_elements() const { return batch * channels * pixels; }
  std::int64_t blocked_elements() const { return batch * blocks_of(channels) * pixels * kBlock; }
};

// plain [batch][channel][pixel] -> blocked [batch][channel / 16][pixel][channel % 16], and back.
void plain_to_blocked(const Planes& planes, const float* plain, float* blocked, ThreadPool& pool);
void blocked_to_plain(const Planes& planes, const float* blocked, float* plain, ThreadPool& pool);

}  // namespace diolkos::kernels
