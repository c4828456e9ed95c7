#include "kernels/integer/dot.h"

namespace diolkos::kernels::integer {
namespace {

constexpr int kMaxPixels = 8;

// Sums wrap: the products are added as unsigned integers.
void run(const DotArgs& args, int pixels) {
  for (int p = 0; p < pixels; ++p) {
    std::uint32_t sum[kOutputs];
    std::int32_t* const out = args.sums + p * kOutputs;
    for (int o = 0; o < kOutputs; ++o)
      sum[o] = static_cast<std::uint32_t>(args.start != nullptr ? args.start[o] : out[o]);
    const auto* weights = reinterpret_cast<const std::int16_t*>(args.weights);
    for (int r = 0; r < args.run_count; ++r) {
      const auto* x = reinterpret_cast<const std::int16_t*>(args.input + p * args.pixel_stride + args.runs[r].offset);
      for (int s = 0; s < args.runs[r].steps; ++s, x += 2, weights += 2 * kOutputs)
        for (int o = 0; o < kOutputs; ++o)
          sum[o] +=
              static_cast<std::uint32_t>(x[0] * weights[2 * o]) + static_cast<std::uint32_t>(x[1] * weights[2 * o + 1]);
    }
    for (int o = 0; o < kOutputs; ++o) out[o] = static_cast<std::int32_t>(sum[o]);
  }
}

}  // namespace

DotKernel dot2_generic() { return {2, kMaxPixels, run, 1}; }

}  // namespace diolkos::kernels::integer
