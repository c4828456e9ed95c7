// Bilinear and nearest resampling of images.
//
//   linear   y[i][j] = (1 - v) ((1 - u) x[t][l] + u x[t][r]) + v ((1 - u) x[b][l] + u x[b][r])
//   nearest  y[i][j] = x[t][l]
//
// where for each output index an axis tells the two inputs it lies between (t and b, l and r) and how far along (v, u).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::kernels::resize {

struct Axis {
  std::int64_t input = 1;
  std::int64_t output = 1;
  std::vector<std::int32_t> low;    // [output]
  std::vector<std::int32_t> high;   // [output]; low itself at the far border
  std::vector<float> fraction;      // [output]: how far from low to high; 0 everywhere for nearest
};

// From where each output lies in the input's coordinates (whole numbers are centres of pixels): held to the image.
Axis linear_axis(std::int64_t input, std::span<const double> coordinates);
// From the pixel that each output takes, inside the input.
Axis nearest_axis(std::int64_t input, std::span<const std::int64_t> pixels);

struct Spec {
  std::int64_t planes = 1;  // batch * blocks, or batch * channels where plain
  Axis height;
  Axis width;
  cpu::Isa isa = cpu::Isa::generic;
};

// Channel-blocked to channel-blocked.
void run_blocked(const Spec& spec, const float* input, float* output, ThreadPool& pool);

// The sum of several images, each resized to the same: specs of one output, planes and instruction set.
void run_blocked_sum(std::span<const Spec> specs, std::span<const float* const> inputs, float* output,
                     ThreadPool& pool);

// Plain to plain; scratch is plain_scratch_floats() for a pool of so many threads.
std::size_t plain_scratch_floats(const Spec& spec, int threads);
void run_plain(const Spec& spec, const float* input, float* output, float* scratch, ThreadPool& pool);

// The formula over one channel's plane.
void reference(const Spec& spec, const float* plane, float* output);

}  // namespace diolkos::kernels::resize
