// Bilinear and nearest resampling of images.
//
//   linear   y[i][j] = (1 - v) ((1 - u) x[t][l] + u x[t][r]) + v ((1 - u) x[b][l] + u x[b][r])
//   nearest  y[i][j] = x[t][l]
//
// where for each output index an axis tells the two inputs it lies between and how far along. Coordinates are ONNX's:
// of output i at `scale` (outputs an input), half_pixel (i + 1/2) / scale - 1/2; pytorch_half_pixel the same, but 0
// for a single output; align_corners i (inputs - 1) / (outputs - 1); asymmetric i / scale. They are held to the image.
#pragma once

#include <cstdint>
#include <vector>

#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::kernels::resize {

enum class Coordinates { half_pixel, pytorch_half_pixel, align_corners, asymmetric };
enum class Nearest { round_prefer_floor, round_prefer_ceil, floor, ceil };

struct Axis {
  std::int64_t input = 1;
  std::int64_t output = 1;
  std::vector<std::int32_t> low;    // [output]
  std::vector<std::int32_t> high;   // [output]; low itself at the far border
  std::vector<float> fraction;      // [output]: how far from low to high; 0 everywhere for nearest
};

Axis linear_axis(std::int64_t input, std::int64_t output, double scale, Coordinates coordinates);
Axis nearest_axis(std::int64_t input, std::int64_t output, double scale, Coordinates coordinates, Nearest nearest);

struct Spec {
  std::int64_t planes = 1;  // batch * blocks, or batch * channels where plain
  Axis height;
  Axis width;
  cpu::Isa isa = cpu::Isa::generic;
};

// Channel-blocked to channel-blocked.
void run_blocked(const Spec& spec, const float* input, float* output, ThreadPool& pool);

// Plain to plain; scratch is plain_scratch_floats() for a pool of so many threads.
std::size_t plain_scratch_floats(const Spec& spec, int threads);
void run_plain(const Spec& spec, const float* input, float* output, float* scratch, ThreadPool& pool);

// The formula over one channel's plane.
void reference(const Spec& spec, const float* plane, float* output);

}  // namespace diolkos::kernels::resize
