#include "kernels/conv2d/convolution.h"

#include "base/half.h"
#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::conv2d {
namespace {

Axis random_axis(Random& random, std::int64_t largest) {
  Axis axis;
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

Shape random_shape(Random& random) {
  Shape shape;
  shape.batch = random.one_of<std::int64_t>({1, 1, 1, 2});
  shape.height = random_axis(random, 12);
  shape.width = random_axis(random, 40);
  shape.groups = random.one_of<std::int64_t>({1, 1, 1, 2, 3, 4});
  shape.in_channels = shape.groups * random.one_of<std::int64_t>({1, 3, 4, 8, 15, 16, 17, 32, 40});
  shape.out_channels = shape.groups * random.one_of<std::int64_t>({1, 4, 8, 16, 21, 32, 33, 48});
  if (random.chance(0.2)) shape.groups = shape.in_channels = shape.out_channels = random.integer(2, 40);
  return shape;
}

Activation random_activation(Random& random) {
  using Kind = Activation::Kind;
  switch (random.integer(0, 8)) {
    case 0: return {Kind::clip, -0.5f, 0.75f};
    case 1: return {Kind::hardswish, 0, 0};
    case 2: return {Kind::hardsigmoid, 0.2f, 0.5f};
    case 3: return {Kind::leakyrelu, 0.1f, 0};
    case 4: return {Kind::sigmoid, 0, 0};
    case 5: return {Kind::swish, 1, 0};
    case 6: return Activation::relu();
    case 7: return {Kind::gelu, 0, 0};
    default: return {};
  }
}

std::string text(const Axis& axis) {
  return "in " + std::to_string(axis.input) + " out " + std::to_string(axis.output) + " kernel " +
         std::to_string(axis.kernel) + " stride " + std::to_string(axis.stride) + " dilation " +
         std::to_string(axis.dilation) + " pad " + std::to_string(axis.pad);
}
std::string text(const Shape& shape) {
  return "batch " + std::to_string(shape.batch) + " channels " + std::to_string(shape.in_channels) + " -> " +
         std::to_string(shape.out_channels) + " groups " + std::to_string(shape.groups) + " height (" +
         text(shape.height) + ") width (" + text(shape.width) + ")";
}

struct Case {
  Shape shape;
  std::vector<float> x, weights, bias, residual;
  Activation activation;

  Case(const Shape& s, Random& random) : shape(s) {
    x = random.floats(s.batch * s.in_channels * s.in_pixels());
    // Scaled so that outputs are near 1 however many terms they have.
    const std::int64_t terms = s.in_channels_of_group() * s.height.kernel * s.width.kernel;
    const float bound = 3 / std::sqrt(static_cast<float>(terms));
    weights = random.floats(s.out_channels * terms, -bound, bound);
    if (random.chance(0.7)) bias = random.floats(s.out_channels);
    if (random.chance(0.4)) residual = random.floats(s.batch * s.out_channels * s.out_pixels());
    activation = random_activation(random);
  }
  Planes in() const { return {shape.batch, shape.in_channels, shape.in_pixels()}; }
  Planes out() const { return {shape.batch, shape.out_channels, shape.out_pixels()}; }
  Spec spec() const { return {shape, weights, bias, activation}; }

  std::vector<float> expected() const {
    std::vector<float> y(static_cast<std::size_t>(out().plain_elements()));
    reference(spec(), x.data(), residual.empty() ? nullptr : residual.data(), y.data());
    return y;
  }

  // Output and scratch begin as NaN: whatever is read before it is written shows.
  std::vector<float> computed(const Convolution& convolution, ThreadPool& pool) const {
    const AlignedFloats blocked_x = blocked(in(), x);
    const AlignedFloats blocked_residual = residual.empty() ? AlignedFloats() : blocked(out(), residual);
    AlignedFloats y(static_cast<std::size_t>(out().blocked_elements()));
    AlignedFloats scratch(convolution.scratch_floats() + 1);
    std::fill_n(y.data(), y.size(), NAN);
    std::fill_n(scratch.data(), scratch.size(), NAN);
    convolution.run({convolution.reads_plain() ? x.data() : blocked_x.data(),
                     residual.empty() ? nullptr : blocked_residual.data(), y.data(), scratch.data()},
                    pool);
    EXPECT_TRUE(padding_is_finite(y));
    return plain(out(), y);
  }
};

using Plan = std::unique_ptr<Convolution> (*)(const Spec&);

// AMX's registers, or their model in plain C++ where this machine has none.
tile::MatrixUnit matrix_unit_here() {
  const tile::MatrixUnit unit = tile::matrix_unit(isas_here().back());
  return unit == tile::MatrixUnit::none ? tile::MatrixUnit::amx_model : unit;
}

void check(const Case& test, Plan plan, ThreadPool& pool, double tolerance) {
  const std::vector<float> expected = test.expected();
  for (cpu::Isa isa : isas_here()) {
    Spec spec = test.spec();
    spec.isa = isa;
    spec.threads = pool.threads();
    const auto convolution = plan(spec);
    if (convolution == nullptr) continue;
    SCOPED_TRACE(convolution->kernel() + ": " + text(test.shape));
    ASSERT_TRUE(near(expected, test.computed(*convolution, pool), tolerance));
  }
}

TEST(Convolution, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(250); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    const Case test(random_shape(random), random);
    check(test, plan, pool, 1e-5);
    check(test, plan_direct, pool, 1e-5);
    if (HasFatalFailure()) return;
  }
}

Shape square(std::int64_t in, std::int64_t out, std::int64_t size, std::int64_t kernel, std::int64_t stride,
             std::int64_t dilation) {
  const std::int64_t pad = kernel / 2 * dilation;
  const Axis axis{size, (size + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1, kernel, stride, dilation, pad};
  return {1, in, out, 1, axis, axis};
}

// The shapes that segmentation networks are made of, smaller in channels.
TEST(Convolution, LayersOfNetworks) {
  Random random(7);
  ThreadPool pool(2);
  for (const Shape& shape : {square(3, 64, 57, 7, 2, 1), square(64, 32, 36, 1, 1, 1), square(300, 40, 13, 1, 1, 1),
                             square(160, 33, 18, 3, 1, 1), square(144, 16, 18, 3, 1, 4), square(128, 16, 18, 3, 1, 12),
                             square(130, 16, 18, 3, 1, 24), square(130, 20, 9, 3, 1, 36), square(64, 21, 36, 1, 2, 1),
                             square(32, 48, 30, 3, 2, 1), square(600, 64, 1, 1, 1, 1), square(16, 16, 40, 5, 1, 1)})
    check(Case(shape, random), plan, pool, 1e-5);
}

// A window that hits only padding gives the bias.
TEST(Convolution, OutputsThatSeeOnlyPadding) {
  Random random(8);
  ThreadPool pool(2);
  const Axis axis{3, 12, 1, 1, 1, 5};
  check(Case({1, 40, 40, 1, axis, axis}, random), plan_direct, pool, 1e-5);
  check(Case({1, 200, 40, 1, {2, 20, 2, 1, 3, 12}, axis}, random), plan_direct, pool, 1e-5);
}

TEST(Convolution, WinogradAgreesForEveryTileDilationAndBorder) {
  constexpr Plan kPlans[] = {[](const Spec& spec) { return plan_winograd(spec, 2); },
                             [](const Spec& spec) { return plan_winograd(spec, 3); },
                             [](const Spec& spec) { return plan_winograd(spec, 4); },
                             [](const Spec& spec) { return plan_winograd(spec, 6); }};
  for (unsigned seed = 0; seed < seeds(80); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    Shape shape;
    shape.batch = random.one_of<std::int64_t>({1, 1, 2});
    shape.in_channels = random.one_of<std::int64_t>({16, 21, 64, 300});
    shape.out_channels = random.one_of<std::int64_t>({16, 21, 48, 70});
    const std::int64_t dilation = random.one_of<std::int64_t>({1, 1, 2, 3, 5});
    for (Axis* axis : {&shape.height, &shape.width}) {
      axis->kernel = 3;
      axis->dilation = dilation;
      axis->pad = random.integer(0, 2 * dilation);
      const std::int64_t behind = random.integer(0, 2 * dilation);
      axis->input = random.integer(std::max<std::int64_t>(1, 2 * dilation + 1 - axis->pad - behind), 20);
      axis->output = axis->input + axis->pad + behind - 2 * dilation;
    }
    const Case test(shape, random);
    for (const Plan& plan : kPlans) check(test, plan, pool, &plan == &kPlans[3] ? 2e-4 : 3e-5);
    if (HasFatalFailure()) return;
  }
}

TEST(Convolution, WinogradPassesLargeImagesInStrips) {
  Random random(11);
  ThreadPool pool(2);
  const Case test(square(16, 16, 330, 3, 1, 1), random);
  const std::vector<float> expected = test.expected();
  Spec spec = test.spec();
  spec.isa = isas_here().back();
  spec.threads = 2;
  const auto convolution = plan_winograd(spec, 2);
  EXPECT_LT(convolution->scratch_floats(), std::size_t{16} * 165 * 165 * 32 * 3 / 4);
  EXPECT_TRUE(near(expected, test.computed(*convolution, pool), 3e-5));
}

TEST(Convolution, HostilePaddingIsNotCopied) {
  const std::vector<float> weights(16 * 3 * 9, 1.0f);
  const std::int64_t far = std::int64_t{1} << 40;
  const auto shape = [&](std::int64_t stride) {
    const Axis axis{4, 6, 3, stride, far, far + 1};
    return Shape{1, 3, 16, 1, axis, axis};
  };
  EXPECT_EQ(plan_direct({shape(1), weights, {}, {}})->scratch_floats(), 0u);
  EXPECT_EQ(plan_direct({shape(2), weights, {}, {}}), nullptr);
}

TEST(Convolution, WinogradIsChosenWhereItPays) {
  const auto kernel = [](const Shape& shape, bool winograd) {
    const std::vector<float> weights(static_cast<std::size_t>(shape.in_channels * shape.out_channels * 9), 1.0f);
    Spec spec{shape, weights, {}, {}};
    spec.winograd = winograd;
    return plan(spec)->kernel();
  };
  EXPECT_EQ(kernel(square(64, 64, 36, 3, 1, 1), true).substr(0, 8), "winograd");
  EXPECT_EQ(kernel(square(64, 64, 36, 3, 1, 4), true).substr(0, 8), "winograd");
  EXPECT_EQ(kernel(square(64, 64, 36, 3, 1, 1), false).substr(0, 6), "direct");
  EXPECT_EQ(kernel(square(64, 64, 36, 3, 2, 1), true).substr(0, 6), "direct");
  EXPECT_EQ(kernel(square(64, 64, 3, 3, 1, 1), true).substr(0, 6), "direct");
}

float rounded(tile::Storage storage, float x) {
  if (storage == tile::Storage::bfloat16) return bfloat16_to_float(float_to_bfloat16(x));
  return half_to_float(float_to_half(x));
}

void round_all(tile::Storage storage, std::vector<float>& values) {
  for (float& value : values) value = rounded(storage, value);
}

// With numbers that 16 bits hold, the results are those of float32.
TEST(Convolution, SixteenBitWeightsAgreeOnEveryIsa) {
  for (const tile::Storage storage : {tile::Storage::bfloat16, tile::Storage::float16}) {
    for (unsigned seed = 0; seed < seeds(60); ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      Random random(seed);
      ThreadPool pool(static_cast<int>(random.integer(1, 3)));
      Case test(random_shape(random), random);
      round_all(storage, test.weights);
      round_all(storage, test.x);
      const std::vector<float> expected = test.expected();
      for (const cpu::Isa isa : isas_here()) {
        Spec spec = test.spec();
        spec.isa = isa;
        spec.threads = pool.threads();
        spec.storage = storage;
        const auto convolution = plan(spec);
        if (convolution == nullptr) continue;
        SCOPED_TRACE(convolution->kernel() + ": " + text(test.shape));
        // Sums of 32 products in float16.
        const bool short_sums = storage == tile::Storage::float16 && tile::dots(isa, storage) != nullptr;
        ASSERT_TRUE(near(expected, test.computed(*convolution, pool), short_sums ? 5e-3 : 1e-5));
      }
    }
  }
}

// The dimensions of a tile, odd blocks of channels, rows shorter and longer than it.
TEST(Convolution, MatrixUnitsAgreeWithTheReference) {
  std::vector<tile::MatrixUnit> units{tile::MatrixUnit::amx_model};
  if (matrix_unit_here() != units.front()) units.push_back(matrix_unit_here());
  // Whose tiles lie along rows and down columns.
  const Shape squares[] = {square(160, 40, 36, 3, 1, 2), square(64, 48, 19, 3, 1, 1), square(33, 16, 18, 3, 2, 1)};
  for (unsigned seed = 0; seed < std::size(squares) + seeds(50); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    const Case exact(seed < std::size(squares) ? squares[seed] : random_shape(random), random);
    Case rounded = exact;
    round_all(tile::Storage::bfloat16, rounded.weights);
    round_all(tile::Storage::bfloat16, rounded.x);
    const auto agrees = [&](const Case& test, tile::MatrixUnit unit, tile::Storage storage, Plan plan) {
      Spec spec = test.spec();
      spec.isa = isas_here().back();
      spec.threads = pool.threads();
      spec.storage = storage;
      spec.matrix = unit;
      spec.winograd = true;
      const auto convolution = plan(spec);
      if (convolution == nullptr) return;
      SCOPED_TRACE(convolution->kernel() + ": " + text(test.shape));
      ASSERT_TRUE(near(test.expected(), test.computed(*convolution, pool), 5e-5));
    };
    for (const tile::MatrixUnit unit : units) {
      agrees(rounded, unit, tile::Storage::bfloat16, plan_direct);
      agrees(exact, unit, tile::Storage::float32, plan_split);
    }
    if (HasFatalFailure()) return;
  }
}

TEST(Convolution, MatrixUnitsAreUsedWhereTheyPay) {
  const std::vector<float> weights(64 * 64 * 9, 1.0f);
  Spec spec{square(64, 64, 36, 1, 1, 1), std::span(weights).first(64 * 64), {}, {}};
  spec.matrix = tile::MatrixUnit::amx_model;
  EXPECT_EQ(plan(spec)->kernel().find("amx"), std::string::npos);
  spec.winograd = true;
  EXPECT_EQ(plan(spec)->kernel(), "direct amx-model 32x32 3 x bf16");
  spec.storage = tile::Storage::bfloat16;
  EXPECT_EQ(plan(spec)->kernel(), "direct amx-model 32x32 bf16");
  spec.shape = square(64, 64, 36, 3, 1, 1);
  spec.weights = weights;
  EXPECT_EQ(plan(spec)->kernel(), "direct amx-model 32x32 bf16 staged");
  spec.storage = tile::Storage::float16;
  EXPECT_EQ(plan(spec)->kernel().find("amx"), std::string::npos);
}

// Three products leave out the smallest: an error of 2^-16 of each term at most.
TEST(Convolution, SplitsKeepWhatBfloat16Loses) {
  Random random(5);
  ThreadPool pool(2);
  const Case test(square(512, 32, 9, 3, 1, 1), random);
  Spec spec = test.spec();
  spec.matrix = matrix_unit_here();
  spec.winograd = true;
  EXPECT_TRUE(near(test.expected(), test.computed(*plan_split(spec), pool), 1e-5));
}

TEST(Convolution, SixteenBitWeightsTakeHalfTheMemory) {
  const Shape shape = square(64, 64, 36, 3, 1, 1);
  const std::vector<float> weights(64 * 64 * 9, 1.0f);
  Spec spec{shape, weights, {}, {}};
  const std::size_t direct = plan_direct(spec)->weight_bytes();
  const std::size_t winograd = plan_winograd(spec, 4)->weight_bytes();
  spec.storage = tile::Storage::float16;
  EXPECT_EQ(plan_direct(spec)->weight_bytes() - 256, (direct - 256) / 2);
  EXPECT_EQ(plan_winograd(spec, 4)->weight_bytes() - 256, (winograd - 256) / 2);
  spec.storage = tile::Storage::bfloat16;
  EXPECT_EQ(plan_direct(spec)->weight_bytes() - 256, (direct - 256) / 2);
}

TEST(Convolution, DepthwiseIsOnlyForDepthwise) {
  const std::vector<float> weights(16 * 16, 1.0f);
  EXPECT_EQ(plan_depthwise({square(16, 16, 8, 1, 1, 1), weights, {}, {}}), nullptr);
}

// Those that kernels know beforehand, and their neighbours, in images narrower and wider than a tile.
TEST(Convolution, DepthwiseOfEveryWindow) {
  Random random(17);
  ThreadPool pool(2);
  const std::int64_t channels = 20;
  for (const std::int64_t kernel : {3, 4, 5})
    for (const std::int64_t stride : {1, 2, 3})
      for (const std::int64_t dilation : {1, 2, 3, 4})
        for (const std::int64_t size : {1, 7, 8, 9, 18, 31}) {
          Shape shape = square(channels, channels, size, kernel, stride, dilation);
          if (shape.width.output < 1) continue;
          shape.groups = channels;
          check(Case(shape, random), plan_depthwise, pool, 1e-5);
          if (HasFatalFailure()) return;
        }
}

// Channels that end inside a block, in one chunk of the sum and in several.
TEST(Convolution, InputsOfEveryNumberOfChannels) {
  Random random(19);
  ThreadPool pool(2);
  for (std::int64_t channels = 9; channels <= 48; ++channels)
    check(Case(square(channels, 24, 9, 1, 1, 1), random), plan_direct, pool, 1e-5);
  for (const std::int64_t channels : {260, 267, 515})
    for (const std::int64_t kernel : {1, 3})
      check(Case(square(channels, 18, 6, kernel, 1, 1), random), plan_direct, pool, 1e-5);
}

// Bands of whole images and of some rows, strides, dilations, borders, odd channels.
TEST(Convolution, ExpansionsBeforeDepthwiseAgreeWithOneAfterTheOther) {
  Random random(13);
  ThreadPool pool(2);
  struct Size {
    std::int64_t height, width, stride, dilation;
  };
  for (const Size& size : {Size{65, 65, 1, 4}, Size{65, 65, 1, 1}, Size{130, 257, 1, 1}, Size{131, 257, 2, 1},
                           Size{220, 150, 3, 2}}) {
    const auto axis = [&](std::int64_t input) {
      return Axis{input, (input - 1) / size.stride + 1, 3, size.stride, size.dilation, size.dilation};
    };
    const std::int64_t channels = size.height == 65 ? 260 : 70;
    const Axis across{size.width, size.width}, down{size.height, size.height};
    Case expand({1, 24, channels, 1, down, across}, random);
    expand.residual.clear();
    Case depthwise({1, channels, channels, channels, axis(size.height), axis(size.width)}, random);
    depthwise.residual.clear();
    depthwise.x = expand.expected();
    const std::vector<float> expected = depthwise.expected();
    for (const cpu::Isa isa : isas_here()) {
      Spec first = expand.spec(), second = depthwise.spec();
      first.isa = second.isa = isa;
      first.threads = second.threads = 2;
      const auto convolution = plan_expanded_depthwise(first, second);
      ASSERT_NE(convolution, nullptr) << text(depthwise.shape);
      SCOPED_TRACE(convolution->kernel() + ": " + text(depthwise.shape));
      const AlignedFloats x = blocked(expand.in(), expand.x);
      AlignedFloats y(static_cast<std::size_t>(depthwise.out().blocked_elements()));
      AlignedFloats scratch(convolution->scratch_floats());
      std::fill_n(y.data(), y.size(), NAN);
      std::fill_n(scratch.data(), scratch.size(), NAN);
      convolution->run({x.data(), nullptr, y.data(), scratch.data()}, pool);
      ASSERT_TRUE(near(expected, plain(depthwise.out(), y), 2e-5));
    }
  }
}

TEST(Convolution, SmallOrWideExpansionsStayApart) {
  const std::vector<float> weights(1 << 16, 1.0f);
  const auto suits = [&](const Shape& expand, Shape depthwise) {
    depthwise.groups = depthwise.in_channels;
    return suits_expanded_depthwise({expand, weights, {}, {}}, {depthwise, weights, {}, {}});
  };
  EXPECT_TRUE(suits(square(24, 260, 65, 1, 1, 1), square(260, 260, 65, 3, 1, 1)));
  EXPECT_FALSE(suits(square(24, 64, 36, 1, 1, 1), square(64, 64, 36, 3, 1, 1)));         // small
  EXPECT_FALSE(suits(square(24, 64, 257, 1, 1, 1), square(64, 64, 257, 3, 1, 9)));       // most of a band would overlap
  EXPECT_FALSE(suits(square(24, 16, 4000, 1, 1, 1), square(16, 16, 4000, 3, 1, 1)));     // not two rows in a band
  EXPECT_FALSE(suits(square(24, 260, 65, 3, 1, 1), square(260, 260, 65, 3, 1, 1)));
  EXPECT_FALSE(suits(square(3, 260, 65, 1, 1, 1), square(260, 260, 65, 3, 1, 1)));       // read plain
}

}  // namespace
}  // namespace diolkos::kernels::conv2d
