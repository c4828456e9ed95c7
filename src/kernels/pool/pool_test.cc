#include "kernels/pool/pool.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::pool {
namespace {

Axis random_axis(Random& random) {
  Axis axis;
  axis.kernel = random.integer(1, 5);
  axis.stride = random.integer(1, 3);
  axis.dilation = random.one_of<std::int64_t>({1, 1, 2});
  const std::int64_t reach = (axis.kernel - 1) * axis.dilation;
  axis.pad_begin = random.integer(0, axis.kernel - 1);
  axis.pad_end = random.integer(0, axis.kernel - 1);
  axis.input = random.integer(std::max<std::int64_t>(1, reach + 1 - axis.pad_begin - axis.pad_end), 25);
  axis.output = (axis.input + axis.pad_begin + axis.pad_end - reach - 1) / axis.stride + 1;
  // As ceil_mode: a window more, where it begins inside.
  if (random.chance(0.3) && axis.output * axis.stride < axis.input + axis.pad_begin) ++axis.output;
  return axis;
}

TEST(Pool, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(300); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 2)));
    Spec spec;
    spec.kind = random.one_of({Kind::maximum, Kind::average, Kind::average_with_padding});
    spec.height = random_axis(random);
    spec.width = random_axis(random);
    const Planes in{random.integer(1, 2), random.integer(1, 40), spec.height.input * spec.width.input};
    const Planes out{in.batch, in.channels, spec.height.output * spec.width.output};
    spec.planes = in.batch * blocks_of(in.channels);
    const std::vector<float> x = random.floats(in.plain_elements());
    std::vector<float> expected(static_cast<std::size_t>(out.plain_elements()));
    for (std::int64_t c = 0; c < in.batch * in.channels; ++c)
      reference(spec, x.data() + c * in.pixels, expected.data() + c * out.pixels);
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      spec.isa = isa;
      AlignedFloats y(static_cast<std::size_t>(out.blocked_elements()));
      run(spec, blocked(in, x).data(), y.data(), pool);
      ASSERT_TRUE(near(expected, plain(out, y), 1e-6));
      ASSERT_TRUE(padding_is_finite(y));
    }
  }
}

TEST(Pool, GlobalAverage) {
  Random random(3);
  ThreadPool pool(2);
  for (std::int64_t pixels : {1, 2, 3, 5, 81, 5000}) {
    const Planes in{2, 37, pixels};
    const Planes out{2, 37, 1};
    const std::vector<float> x = random.floats(in.plain_elements(), 0, 1);
    std::vector<float> expected;
    for (std::int64_t c = 0; c < 2 * 37; ++c) {
      double sum = 0;
      for (std::int64_t p = 0; p < pixels; ++p) sum += x[static_cast<std::size_t>(c * pixels + p)];
      expected.push_back(static_cast<float>(sum / static_cast<double>(pixels)));
    }
    for (cpu::Isa isa : isas_here()) {
      AlignedFloats y(static_cast<std::size_t>(out.blocked_elements()));
      run_global_average(2 * blocks_of(37), pixels, isa, blocked(in, x).data(), y.data(), pool);
      EXPECT_TRUE(near(expected, plain(out, y), 2e-6)) << cpu::name_of(isa) << " " << pixels;
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels::pool
