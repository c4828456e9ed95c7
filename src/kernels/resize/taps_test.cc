#include "kernels/resize/taps.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::resize {
namespace {

TapAxis random_axis(Random& random) {
  TapAxis axis;
  axis.input = random.integer(1, 20);
  axis.output = random.integer(1, 90);
  axis.taps = random.one_of<std::int64_t>({1, 2, 4, 4, 4, 11});
  for (std::int64_t i = 0; i < axis.output * axis.taps; ++i) {
    axis.pixels.push_back(static_cast<std::int32_t>(random.integer(0, axis.input - 1)));
    axis.weights.push_back(random.chance(0.1) ? 0 : random.floats(1)[0]);
  }
  return axis;
}

TEST(ResizeTaps, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(100); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    TapSpec spec;
    spec.height = random_axis(random);
    spec.width = random_axis(random);
    spec.planes = random.integer(1, 5);
    const std::int64_t in = spec.height.input * spec.width.input, out = spec.height.output * spec.width.output;
    const std::vector<float> x = random.floats(spec.planes * in);
    std::vector<float> expected(static_cast<std::size_t>(spec.planes * out));
    for (std::int64_t plane = 0; plane < spec.planes; ++plane)
      reference_taps(spec, x.data() + plane * in, expected.data() + plane * out);
    for (cpu::Isa isa : isas_here()) {
      spec.isa = isa;
      std::vector<float> y(expected.size(), NAN), scratch(tap_scratch_floats(spec, pool.threads()), NAN);
      run_taps(spec, x.data(), y.data(), scratch.data(), pool);
      ASSERT_TRUE(near(expected, y, 1e-5)) << cpu::name_of(isa);
    }
  }
}

TEST(ResizeTaps, WhatHasNoWeightIsNotLookedAt) {
  TapSpec spec;
  spec.height = spec.width = {2, 1, 2, {0, 1}, {1, 0}};
  const float x[] = {3, NAN, NAN, NAN};
  ThreadPool pool(1);
  for (cpu::Isa isa : isas_here()) {
    spec.isa = isa;
    float y = 0, scratch[2];
    run_taps(spec, x, &y, scratch, pool);
    EXPECT_EQ(y, 3) << cpu::name_of(isa);
  }
}

}  // namespace
}  // namespace diolkos::kernels::resize
