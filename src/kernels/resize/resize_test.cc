#include "kernels/resize/resize.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::resize {
namespace {

TEST(LinearAxis, HalfPixelByHand) {
  const Axis axis = linear_axis(2, 4, 2, Coordinates::half_pixel);  // -0.25, 0.25, 0.75, 1.25
  EXPECT_EQ(axis.low, (std::vector<std::int32_t>{0, 0, 0, 1}));
  EXPECT_EQ(axis.high, (std::vector<std::int32_t>{1, 1, 1, 1}));
  EXPECT_EQ(axis.fraction, (std::vector<float>{0, 0.25f, 0.75f, 0}));
}

TEST(LinearAxis, CornersMeet) {
  const Axis axis = linear_axis(33, 257, 257.0 / 33, Coordinates::align_corners);
  EXPECT_EQ(axis.low.front(), 0);
  EXPECT_EQ(axis.low.back(), 32);
  EXPECT_EQ(axis.fraction[8], 0);
  EXPECT_EQ(axis.low[8], 1);
}

TEST(LinearAxis, OneOutput) {
  EXPECT_EQ(linear_axis(5, 1, 0.2, Coordinates::half_pixel).low.front(), 2);
  EXPECT_EQ(linear_axis(5, 1, 0.2, Coordinates::pytorch_half_pixel).low.front(), 0);
  EXPECT_EQ(linear_axis(5, 1, 0.2, Coordinates::align_corners).low.front(), 0);
}

TEST(NearestAxis, Roundings) {
  // asymmetric at scale 2: 0, 0.5, 1, 1.5
  const auto lows = [](Nearest nearest) { return nearest_axis(2, 4, 2, Coordinates::asymmetric, nearest).low; };
  EXPECT_EQ(lows(Nearest::floor), (std::vector<std::int32_t>{0, 0, 1, 1}));
  EXPECT_EQ(lows(Nearest::ceil), (std::vector<std::int32_t>{0, 1, 1, 1}));
  EXPECT_EQ(lows(Nearest::round_prefer_floor), (std::vector<std::int32_t>{0, 0, 1, 1}));
  EXPECT_EQ(lows(Nearest::round_prefer_ceil), (std::vector<std::int32_t>{0, 1, 1, 1}));
}

TEST(Resize, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    const auto coordinates = static_cast<Coordinates>(random.integer(0, 3));
    const auto axis = [&] {
      const std::int64_t input = random.integer(1, 20);
      const std::int64_t output = random.integer(1, 70);
      const double scale = static_cast<double>(output) / static_cast<double>(input);
      return random.chance(0.8) ? linear_axis(input, output, scale, coordinates)
                                : nearest_axis(input, output, scale, coordinates, Nearest::floor);
    };
    Spec spec;
    spec.height = axis();
    spec.width = axis();
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

}  // namespace
}  // namespace diolkos::kernels::resize
