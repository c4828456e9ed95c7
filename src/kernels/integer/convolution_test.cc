#include "kernels/integer/convolution.h"

#include <gtest/gtest.h>

#include <cstring>

#include "kernels/integer/dot.h"
#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::integer {
namespace {

conv2d::Axis random_axis(Random& random, std::int64_t largest) {
  conv2d::Axis axis;
  axis.kernel = random.one_of<std::int64_t>({1, 1, 2, 3, 3, 3, 5, 7});
  axis.stride = random.one_of<std::int64_t>({1, 1, 1, 2, 3});
  axis.dilation = random.one_of<std::int64_t>({1, 1, 2, 3, 9});
  const std::int64_t reach = (axis.kernel - 1) * axis.dilation;
  axis.pad = random.integer(0, reach + 1);
  const std::int64_t behind = random.integer(0, reach + 1);
  axis.input = std::max<std::int64_t>(random.integer(1, largest), reach + 1 - axis.pad - behind);
  axis.output = (axis.input + axis.pad + behind - reach - 1) / axis.stride + 1;
  return axis;
}

conv2d::Shape random_shape(Random& random) {
  conv2d::Shape shape;
  shape.batch = random.one_of<std::int64_t>({1, 1, 1, 2});
  shape.height = random_axis(random, 9);
  shape.width = random_axis(random, 33);
  if (random.chance(0.3)) shape.height = shape.width = {random.integer(1, 9), 0, 1, 1, 1, 0};
  for (auto* axis : {&shape.height, &shape.width})
    if (axis->output == 0) axis->output = axis->input;
  shape.in_channels = random.one_of<std::int64_t>({1, 3, 4, 5, 16, 17, 40, 64, 256, 300});
  shape.out_channels = random.one_of<std::int64_t>({1, 4, 5, 16, 21, 32, 33, 70});
  if (random.chance(0.25)) shape.groups = shape.in_channels = shape.out_channels = random.integer(2, 70);
  return shape;
}

// A network's layer, drawn at random, with the answer by its definition.
struct Case {
  Spec spec;
  std::vector<std::uint8_t> weights;
  std::vector<std::int32_t> x, added, expected;  // plain

  Case(Random& random, const conv2d::Shape& shape, DType dtype) {
    spec.shape = shape;
    spec.dtype = dtype;
    spec.weights.is_unsigned = dtype == DType::uint8;
    spec.weights.zero = dtype == DType::uint8 ? static_cast<std::int32_t>(random.integer(0, 255)) : 0;
    spec.wide = dtype == DType::int16 && random.chance(0.6);
    spec.low = dtype == DType::int16 ? -32768 : dtype == DType::int8 ? -128 : 0;
    spec.high = dtype == DType::int16 ? 32767 : dtype == DType::int8 ? 127 : 255;
    const auto [low, high] = std::pair(spec.low, spec.high);
    spec.input_zero =
        dtype == DType::int16 && random.chance(0.8) ? 0 : static_cast<std::int32_t>(random.integer(low, high));
    spec.output_zero = static_cast<std::int32_t>(random.integer(low, high));
    if (random.chance(0.4)) spec.low = spec.output_zero;
    if (random.chance(0.2)) spec.high = static_cast<std::int32_t>(random.integer(spec.output_zero, high));
    const std::int64_t terms = shape.in_channels_of_group() * shape.height.kernel * shape.width.kernel;
    weights.resize(static_cast<std::size_t>(shape.out_channels * terms));
    const bool extreme = random.chance(0.1);
    for (auto& weight : weights) weight = static_cast<std::uint8_t>(extreme ? -127 : random.integer(0, 255));
    spec.weights.data = weights.data();
    x.resize(static_cast<std::size_t>(shape.batch * shape.in_channels * shape.in_pixels()));
    for (auto& value : x) value = static_cast<std::int32_t>(extreme ? low : random.integer(low, high));
    const double spread = (dtype == DType::int16 ? 2e6 : 8e3) * std::sqrt(static_cast<double>(terms));
    if (random.chance(0.7))
      for (std::int64_t o = 0; o < shape.out_channels; ++o)
        spec.bias.push_back(random.integer(-static_cast<std::int64_t>(spread), static_cast<std::int64_t>(spread)));
    for (std::int64_t o = 0; o < shape.out_channels; ++o)
      spec.multipliers.push_back(multiplier(random, high - low, spread));
    if (dtype != DType::int16 && shape.groups == 1 && random.chance(0.3)) draw_sum(random, low, high);
    define();
  }

  void draw_sum(Random& random, std::int32_t low, std::int32_t high) {
    added.resize(static_cast<std::size_t>(spec.shape.batch * spec.shape.out_channels * spec.shape.out_pixels()));
    for (auto& value : added) value = static_cast<std::int32_t>(random.integer(low, high));
    const std::int32_t offset = held_offset();
    const auto one = [&] { return Multiplier{static_cast<std::int32_t>(random.integer(1 << 30, INT32_MAX)), -1}; };
    Pointwise sum;
    sum.to_a = one();
    sum.to_b = one();
    sum.to_y = {one().mantissa, random.chance(0.2) ? -2 : -18};
    for (std::int32_t* zero : {&sum.zero_a, &sum.zero_b, &sum.zero_y})
      *zero = static_cast<std::int32_t>(random.integer(low, high)) + offset;
    sum.low = low + offset;
    sum.high = high + offset;
    sum.dtype = spec.dtype;
    spec.sum = sum;
  }

  std::int32_t held_offset() const { return spec.dtype == DType::int8 ? 128 : 0; }

  static Multiplier multiplier(Random& random, double range, double spread) {
    if (random.chance(0.02)) return {};
    int exponent = 0;
    const double real =
        range / spread * (random.chance(0.02) ? 300 : 0.2 + 0.01 * static_cast<double>(random.integer(0, 100)));
    const double fraction = std::frexp(real, &exponent);
    return {static_cast<std::int32_t>(fraction * 2147483647.0), exponent};
  }

  void define() {
    const conv2d::Shape& s = spec.shape;
    const auto &h = s.height, &w = s.width;
    const std::int64_t per_group = s.out_channels_of_group(), each = s.in_channels_of_group();
    for (std::int64_t n = 0; n < s.batch; ++n)
      for (std::int64_t o = 0; o < s.out_channels; ++o)
        for (std::int64_t y = 0; y < h.output; ++y)
          for (std::int64_t i = 0; i < w.output; ++i) {
            std::int64_t sum = spec.bias.empty() ? 0 : spec.bias[static_cast<std::size_t>(o)];
            for (std::int64_t c = 0; c < each; ++c)
              for (std::int64_t a = 0; a < h.kernel; ++a)
                for (std::int64_t b = 0; b < w.kernel; ++b) {
                  const std::int64_t row = y * h.stride - h.pad + a * h.dilation;
                  const std::int64_t column = i * w.stride - w.pad + b * w.dilation;
                  if (row < 0 || row >= h.input || column < 0 || column >= w.input) continue;
                  const std::int64_t channel = o / per_group * each + c;
                  const std::int32_t value =
                      x[static_cast<std::size_t>(((n * s.in_channels + channel) * h.input + row) * w.input + column)];
                  sum += static_cast<std::int64_t>(value - spec.input_zero) *
                         spec.weights.at(((o * each + c) * h.kernel + a) * w.kernel + b);
                }
            expected.push_back(summed(stored(sum, spec.multipliers[static_cast<std::size_t>(o)])));
          }
  }

  std::int32_t stored(std::int64_t sum, const Multiplier& by) const {
    const std::int64_t product = spec.wide ? multiply(sum, by.mantissa, by.exponent)
                                           : multiply(static_cast<std::int32_t>(sum), by.mantissa, by.exponent);
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(product + spec.output_zero, spec.low, spec.high));
  }

  // With what is added to the next element.
  std::int32_t summed(std::int32_t value) const {
    if (!spec.sum) return value;
    const Pointwise& by = *spec.sum;
    const std::int32_t a = value + held_offset() - by.zero_a;
    const std::int32_t b = added[expected.size()] + held_offset() - by.zero_b;
    const std::int32_t both = multiply(a * (1 << by.shift), by.to_a.mantissa, by.to_a.exponent) +
                              multiply(b * (1 << by.shift), by.to_b.mantissa, by.to_b.exponent);
    const std::int64_t y = std::int64_t{multiply(both, by.to_y.mantissa, by.to_y.exponent)} + by.zero_y;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(y, by.low, by.high)) - held_offset();
  }

  template <class T>
  std::vector<std::int32_t> computed_as(const Convolution& convolution, ThreadPool& pool) const {
    const conv2d::Shape& s = spec.shape;
    const Image in{s.batch, s.in_channels, s.height.input, s.width.input, spec.dtype};
    const Image out{s.batch, s.out_channels, s.height.output, s.width.output, spec.dtype};
    const std::vector<T> plain(x.begin(), x.end()), plain_added(added.begin(), added.end());
    AlignedFloats input(in.bytes() / 4 + 16), output(out.bytes() / 4 + 16), beside(out.bytes() / 4 + 16),
        scratch(convolution.scratch_bytes() / 4 + 16);
    std::memset(input.data(), 0x5A, input.bytes());
    std::memset(scratch.data(), 0x5A, scratch.bytes());
    pixels_from_plain(in, plain.data(), input.data(), pool);
    if (spec.sum) pixels_from_plain(out, plain_added.data(), beside.data(), pool);
    convolution.run({input.data(), spec.sum ? beside.data() : nullptr, output.data(), scratch.data()}, pool);
    std::vector<T> result(expected.size());
    plain_from_pixels(out, output.data(), result.data(), pool);
    return {result.begin(), result.end()};
  }

  std::vector<std::int32_t> computed(const Convolution& convolution, ThreadPool& pool) const {
    switch (spec.dtype) {
      case DType::int8: return computed_as<std::int8_t>(convolution, pool);
      case DType::uint8: return computed_as<std::uint8_t>(convolution, pool);
      default: return computed_as<std::int16_t>(convolution, pool);
    }
  }
};

void check(Case& test, ThreadPool& pool) {
  for (const Engine engine : engines()) {
    if (!runs_here(engine)) continue;
    for (const cpu::Isa isa : isas_here()) {
      test.spec.engine = engine;
      test.spec.isa = isa;
      test.spec.threads = pool.threads();
      const auto convolution = plan(test.spec);
      ASSERT_NE(convolution, nullptr);
      const auto got = test.computed(*convolution, pool);
      for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_EQ(got[i], test.expected[i])
            << convolution->kernel() << " on " << cpu::name_of(isa) << ", element " << i;
      if (engine != Engine::generic && isa != isas_here().back()) break;  // the pairs that matter
    }
  }
}

TEST(IntegerConvolution, RandomShapesAreExactOnEveryEngine) {
  for (unsigned seed = 0; seed < seeds(150); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    Case test(random, random_shape(random), random.one_of({DType::int8, DType::int8, DType::int16, DType::uint8}));
    check(test, pool);
    if (HasFatalFailure()) return;
  }
}

TEST(IntegerConvolution, LayersOfNetworks) {
  const auto square = [](std::int64_t in, std::int64_t out, std::int64_t size, std::int64_t kernel, std::int64_t stride,
                         std::int64_t dilation) {
    const std::int64_t pad = kernel / 2 * dilation;
    const conv2d::Axis axis{size, (size + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1, kernel, stride, dilation,
                            pad};
    return conv2d::Shape{1, in, out, 1, axis, axis};
  };
  Random random(3);
  ThreadPool pool(2);
  for (const auto& shape : {square(3, 64, 40, 7, 2, 1), square(600, 40, 6, 3, 1, 1), square(520, 32, 9, 3, 1, 4),
                            square(300, 21, 9, 3, 1, 36), square(1100, 33, 5, 1, 1, 1), square(512, 21, 40, 1, 1, 1),
                            square(64, 32, 60, 3, 1, 1), square(530, 40, 36, 3, 1, 2), square(200, 40, 19, 3, 1, 1)})
    for (const DType dtype : {DType::int8, DType::int16}) {
      Case test(random, shape, dtype);
      check(test, pool);
      if (HasFatalFailure()) return;
    }
}

TEST(IntegerConvolution, WinogradIsExactForEveryTileDilationAndBorder) {
  for (unsigned seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    conv2d::Shape shape;
    shape.batch = random.one_of<std::int64_t>({1, 1, 2});
    shape.in_channels = random.one_of<std::int64_t>({16, 17, 40, 64, 100, 300});
    shape.out_channels = random.one_of<std::int64_t>({1, 5, 32, 33, 70});
    for (auto* axis : {&shape.height, &shape.width}) {
      do *axis = random_axis(random, 25);
      while (axis->kernel != 3 || axis->stride != 1);
    }
    Case test(random, shape, DType::int8);
    for (const Engine engine : engines()) {
      if (!runs_here(engine)) continue;
      for (const cpu::Isa isa : isas_here()) {
        test.spec.engine = engine;
        test.spec.isa = isa;
        test.spec.threads = pool.threads();
        const auto convolution = plan_winograd(test.spec);
        ASSERT_NE(convolution, nullptr);
        ASSERT_EQ(test.computed(*convolution, pool), test.expected) << convolution->kernel();
      }
    }
  }
}

TEST(IntegerConvolution, WinogradsSumsOfTheLargestWeightsAreCut) {
  Random random(1);
  ThreadPool pool(2);
  const conv2d::Axis axis{12, 12, 3, 1, 1, 1};
  Case test(random, {1, 512, 8, 1, axis, axis}, DType::int8);
  std::fill(test.weights.begin(), test.weights.end(), static_cast<std::uint8_t>(-128));
  std::fill(test.x.begin(), test.x.end(), 127);
  test.spec.input_zero = -128;
  test.expected.clear();
  test.define();
  test.spec.threads = 2;
  test.spec.isa = isas_here().back();
  test.spec.engine = engine_for(test.spec.isa);
  ASSERT_EQ(test.computed(*plan_winograd(test.spec), pool), test.expected);
}

TEST(IntegerConvolution, DepthwiseIsExactForEveryWindowAndWidth) {
  for (unsigned seed = 0; seed < seeds(120); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    conv2d::Shape shape;
    shape.batch = random.one_of<std::int64_t>({1, 1, 2});
    shape.groups = shape.in_channels = shape.out_channels =
        random.one_of<std::int64_t>({3, 5, 16, 17, 32, 33, 48, 72, 100});
    shape.height = random_axis(random, 9);
    shape.width = random_axis(random, random.one_of<std::int64_t>({9, 60, 400}));
    Case test(random, shape, random.one_of({DType::int8, DType::int8, DType::uint8, DType::int16}));
    check(test, pool);
    if (HasFatalFailure()) return;
  }
}

TEST(IntegerEngine, FollowsTheInstructionSet) {
  EXPECT_EQ(engine_for(cpu::Isa::generic), Engine::generic);
  for (const cpu::Isa isa : isas_here()) EXPECT_TRUE(runs_here(engine_for(isa)));
}

}  // namespace
}  // namespace diolkos::kernels::integer
