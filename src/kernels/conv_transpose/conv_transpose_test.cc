#include "kernels/conv_transpose/conv_transpose.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels {
namespace {

using conv2d::Axis;

Axis random_axis(Random& random) {
  Axis axis;
  axis.kernel = random.one_of<std::int64_t>({1, 2, 2, 3, 4, 5, 8});
  // Mostly what leaves no phase without taps: as many taps as the stride at least, taken off less than they are more.
  axis.stride = random.integer(1, random.chance(0.1) ? 4 : std::min<std::int64_t>(axis.kernel, 4));
  axis.dilation = random.one_of<std::int64_t>({1, 1, 1, 2, 3});
  if (axis.dilation % axis.stride == 0 || random.chance(0.3)) axis.dilation = 1;
  const std::int64_t reach = (axis.kernel - 1) * axis.dilation;
  axis.pad = random.chance(0.2) ? random.integer(0, reach)
                                : random.integer(0, std::max<std::int64_t>(axis.kernel - axis.stride, 0) / 2);
  axis.input = random.integer(1, 14);
  const std::int64_t behind = random.integer(0, reach), more = random.integer(0, axis.stride - 1);
  axis.output = std::max<std::int64_t>(1, (axis.input - 1) * axis.stride + reach + 1 - axis.pad - behind + more);
  return axis;
}

conv2d::Shape random_shape(Random& random) {
  conv2d::Shape shape;
  shape.batch = random.one_of<std::int64_t>({1, 1, 2});
  shape.height = random_axis(random);
  shape.width = random_axis(random);
  shape.groups = random.one_of<std::int64_t>({1, 1, 1, 2, 3});
  shape.in_channels = shape.groups * random.one_of<std::int64_t>({1, 3, 8, 16, 21, 32});
  shape.out_channels = shape.groups * random.one_of<std::int64_t>({1, 4, 16, 21, 32});
  if (random.chance(0.2)) shape.groups = shape.in_channels = shape.out_channels = random.integer(2, 20);
  return shape;
}

std::vector<float> computed(const ConvTranspose& planned, const conv2d::Shape& shape, const std::vector<float>& x,
                            ThreadPool& pool) {
  const Planes in{shape.batch, shape.in_channels, shape.in_pixels()};
  const Planes out{shape.batch, shape.out_channels, shape.out_pixels()};
  const AlignedFloats blocked_x = blocked(in, x);
  AlignedFloats y(static_cast<std::size_t>(out.blocked_elements())), scratch(planned.scratch_floats() + 1);
  std::fill_n(y.data(), y.size(), NAN);
  std::fill_n(scratch.data(), scratch.size(), NAN);
  planned.run(planned.reads_plain() ? x.data() : nullptr, planned.reads_blocked() ? blocked_x.data() : nullptr,
              y.data(), scratch.data(), pool);
  EXPECT_TRUE(padding_is_finite(y));
  return plain(out, y);
}

TEST(ConvTranspose, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  int planned = 0;
  const unsigned cases = seeds(100);
  for (unsigned seed = 0; seed < cases; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    conv2d::Spec spec;
    spec.shape = random_shape(random);
    const std::int64_t taps = spec.shape.height.kernel * spec.shape.width.kernel;
    const float bound = 3 / std::sqrt(static_cast<float>(spec.shape.in_channels_of_group() * taps));
    const auto weights =
        random.floats(spec.shape.in_channels * spec.shape.out_channels_of_group() * taps, -bound, bound);
    const auto bias = random.floats(spec.shape.out_channels);
    spec.weights = weights;
    if (random.chance(0.7)) spec.bias = bias;
    const auto x = random.floats(spec.shape.batch * spec.shape.in_channels * spec.shape.in_pixels());
    std::vector<float> expected(
        static_cast<std::size_t>(spec.shape.batch * spec.shape.out_channels * spec.shape.out_pixels()));
    reference_conv_transpose(spec, x.data(), expected.data());
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      spec.isa = isa;
      const auto made = ConvTranspose::plan(spec);
      if (made == nullptr) continue;
      ++planned;
      ASSERT_TRUE(near(expected, computed(*made, spec.shape, x, pool), 1e-5));
    }
  }
  EXPECT_GT(planned, static_cast<int>(cases * isas_here().size() / 2));
}

TEST(ConvTranspose, LeavesPhasesWithoutTaps) {
  conv2d::Spec spec;
  spec.shape.height = spec.shape.width = {4, 7, 1, 2, 1, 0};
  const std::vector<float> weights{1};
  spec.weights = weights;
  EXPECT_EQ(ConvTranspose::plan(spec), nullptr);
}

}  // namespace
}  // namespace diolkos::kernels
