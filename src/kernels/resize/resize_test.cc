#include "kernels/resize/resize.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::resize {
namespace {

TEST(LinearAxis, HalfPixelsByHand) {
  const Axis axis = linear_axis(2, std::vector<double>{-0.25, 0.25, 0.75, 1.25});
  EXPECT_EQ(axis.output, 4);
  EXPECT_EQ(axis.low, (std::vector<std::int32_t>{0, 0, 0, 1}));
  EXPECT_EQ(axis.high, (std::vector<std::int32_t>{1, 1, 1, 1}));
  EXPECT_EQ(axis.fraction, (std::vector<float>{0, 0.25f, 0.75f, 0}));
}

TEST(NearestAxis, TakesOnePixel) {
  const Axis axis = nearest_axis(3, std::vector<std::int64_t>{0, 0, 2});
  EXPECT_EQ(axis.low, (std::vector<std::int32_t>{0, 0, 2}));
  EXPECT_EQ(axis.high, axis.low);
  EXPECT_EQ(axis.fraction, (std::vector<float>{0, 0, 0}));
}

Axis random_axis(Random& random) {
  const std::int64_t input = random.integer(1, 20);
  const std::int64_t output = random.integer(1, 70);
  if (random.chance(0.2)) {
    std::vector<std::int64_t> pixels;
    for (std::int64_t i = 0; i < output; ++i) pixels.push_back(random.integer(0, input - 1));
    return nearest_axis(input, pixels);
  }
  std::vector<double> coordinates;
  for (std::int64_t i = 0; i < output; ++i)
    coordinates.push_back((static_cast<double>(i) + 0.5) * static_cast<double>(input) / static_cast<double>(output) -
                          0.5);
  return linear_axis(input, coordinates);
}

TEST(Resize, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(200); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    Spec spec;
    spec.height = random_axis(random);
    spec.width = random_axis(random);
    const Planes in{random.integer(1, 2), random.integer(1, 35), spec.height.input * spec.width.input};
    const Planes out{in.batch, in.channels, spec.height.output * spec.width.output};
    const std::vector<float> x = random.floats(in.plain_elements());
    std::vector<float> expected(static_cast<std::size_t>(out.plain_elements()));
    for (std::int64_t c = 0; c < in.batch * in.channels; ++c)
      reference(spec, x.data() + c * in.pixels, expected.data() + c * out.pixels);
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      spec.isa = isa;
      spec.planes = in.batch * blocks_of(in.channels);
      AlignedFloats y(static_cast<std::size_t>(out.blocked_elements()));
      run_blocked(spec, blocked(in, x).data(), y.data(), pool);
      ASSERT_TRUE(near(expected, plain(out, y), 1e-6));
      ASSERT_TRUE(padding_is_finite(y));
      spec.planes = in.batch * in.channels;
      std::vector<float> plain_y(expected.size());
      AlignedFloats scratch(plain_scratch_floats(spec, pool.threads()));
      run_plain(spec, x.data(), plain_y.data(), scratch.data(), pool);
      ASSERT_TRUE(near(expected, plain_y, 1e-6));
    }
  }
}

TEST(Resize, SumsAreThoseOfTheImages) {
  for (unsigned seed = 0; seed < seeds(40); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    const std::int64_t channels = random.integer(1, 35);
    std::vector<Spec> specs(static_cast<std::size_t>(random.integer(1, 3)));
    const Axis height = random_axis(random), width = random_axis(random);
    const Planes out{1, channels, height.output * width.output};
    std::vector<float> expected(static_cast<std::size_t>(out.plain_elements()), 0.0f), one(expected.size());
    std::vector<AlignedFloats> images;
    for (Spec& spec : specs) {
      for (Axis* axis : {&spec.height, &spec.width}) {
        const std::int64_t input = random.integer(1, 9), output = (axis == &spec.height ? height : width).output;
        std::vector<double> coordinates;
        for (std::int64_t i = 0; i < output; ++i)
          coordinates.push_back(static_cast<double>(i * input) / static_cast<double>(output));
        *axis = linear_axis(input, coordinates);
      }
      spec.planes = blocks_of(channels);
      const Planes in{1, channels, spec.height.input * spec.width.input};
      const auto x = random.floats(in.plain_elements());
      for (std::int64_t c = 0; c < channels; ++c)
        reference(spec, x.data() + c * in.pixels, one.data() + c * out.pixels);
      for (std::size_t i = 0; i < one.size(); ++i) expected[i] += one[i];
      images.push_back(blocked(in, x));
    }
    std::vector<const float*> inputs;
    for (const AlignedFloats& image : images) inputs.push_back(image.data());
    for (cpu::Isa isa : isas_here()) {
      for (Spec& spec : specs) spec.isa = isa;
      AlignedFloats y(static_cast<std::size_t>(out.blocked_elements()));
      run_blocked_sum(specs, inputs, y.data(), pool);
      ASSERT_TRUE(near(expected, plain(out, y), 2e-6)) << cpu::name_of(isa);
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels::resize
