// Resampling of plain images by any number of weighted pixels along each axis: cubic, and what is smoothed on the way
// down.
//
//   y[i][j] = SUM_a,b v[i][a] u[j][b] x[row[i][a]][column[j][b]]
#pragma once

#include <cstdint>
#include <vector>

#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::kernels::resize {

struct TapAxis {
  std::int64_t input = 1;
  std::int64_t output = 1;
  std::int64_t taps = 1;             // of each output
  std::vector<std::int32_t> pixels;  // [output][taps], inside the input
  std::vector<float> weights;        // [output][taps]; what has weight 0 is not looked at
};

struct TapSpec {
  std::int64_t planes = 1;  // batch * channels
  TapAxis height;
  TapAxis width;
  cpu::Isa isa = cpu::Isa::generic;
};

// `scratch`: tap_scratch_floats() for a pool of so many threads.
std::size_t tap_scratch_floats(const TapSpec& spec, int threads);
void run_taps(const TapSpec& spec, const float* input, float* output, float* scratch, ThreadPool& pool);

// The formula over one channel's plane, in double.
void reference_taps(const TapSpec& spec, const float* plane, float* output);

}  // namespace diolkos::kernels::resize
