#include "kernels/eltwise/eltwise.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::eltwise {
namespace {

using Kind = Activation::Kind;

TEST(Unary, AgreesWithTheFormulaOnEveryIsaAndAnyLength) {
  Random random(1);
  ThreadPool pool(2);
  for (const Activation& activation :
       {Activation{}, Activation::relu(), Activation{Kind::clip, -1, 2}, Activation{Kind::hardswish, 0, 0},
        Activation{Kind::hardsigmoid, 0.2f, 0.5f}, Activation{Kind::leakyrelu, 0.01f, 0},
        Activation{Kind::sigmoid, 0, 0}, Activation{Kind::swish, 1.5f, 0}, Activation{Kind::gelu, 0, 0},
        Activation{Kind::gelu_tanh, 0, 0}, Activation{Kind::erf, 0, 0}, Activation{Kind::tanh, 0, 0}}) {
    for (std::int64_t count : {1, 15, 16, 17, 1000, 40003}) {
      std::vector<float> x = random.floats(count, -12, 12);
      for (std::size_t i = 0; i < x.size(); i += 97) x[i] *= 20;
      std::vector<float> expected(x.size());
      for (std::size_t i = 0; i < x.size(); ++i) expected[i] = kernels::apply(activation, x[i]);
      for (cpu::Isa isa : isas_here()) {
        std::vector<float> y = x;
        run_unary(activation, count, isa, y.data(), y.data(), pool);
        ASSERT_TRUE(near(expected, y, 1e-6)) << cpu::name_of(isa) << " kind " << static_cast<int>(activation.kind);
      }
    }
  }
}

TEST(Unary, NaNStaysAndInfinityIsBounded) {
  ThreadPool pool(1);
  const float inf = std::numeric_limits<float>::infinity();
  for (Kind kind : {Kind::linear, Kind::clip, Kind::hardswish, Kind::hardsigmoid, Kind::leakyrelu, Kind::sigmoid,
                    Kind::swish, Kind::gelu, Kind::gelu_tanh, Kind::erf, Kind::tanh}) {
    for (cpu::Isa isa : isas_here()) {
      std::vector<float> x(16, 1.0f);
      x[3] = NAN;
      run_unary({kind, 0, 1}, 16, isa, x.data(), x.data(), pool);
      EXPECT_TRUE(std::isnan(x[3])) << cpu::name_of(isa) << " kind " << static_cast<int>(kind);
      EXPECT_FALSE(std::isnan(x[2]));
    }
  }
  for (cpu::Isa isa : isas_here()) {
    std::vector<float> x(16, inf);
    x[1] = -inf;
    run_unary({Kind::sigmoid, 0, 0}, 16, isa, x.data(), x.data(), pool);
    EXPECT_NEAR(x[0], 1, 1e-6);
    EXPECT_NEAR(x[1], 0, 1e-6);
  }
}

TEST(Binary, FlatAndRepeatingOperandsOnEveryIsa) {
  ThreadPool pool(2);
  for (unsigned seed = 0; seed < seeds(100); ++seed) {
    Random random(seed);
    Binary binary;
    binary.op = static_cast<Op>(random.integer(0, 8));
    binary.segments = random.integer(1, 5);
    const bool repeats_over_pixels = random.chance(0.5);
    binary.b_pixel = repeats_over_pixels ? 0 : 16;
    binary.segment_floats = 16 * random.integer(1, 3000) + (binary.segments == 1 ? random.integer(0, 15) : 0);
    const std::int64_t b_floats = repeats_over_pixels ? 16 : binary.segment_floats;
    binary.b_segment = random.chance(0.5) ? 0 : b_floats;
    const bool divides = binary.op == Op::divide || binary.op == Op::reversed_divide;
    const auto a = random.floats(binary.segments * binary.segment_floats, divides ? 0.1f : -1, 1);
    const auto b = random.floats((binary.b_segment == 0 ? 1 : binary.segments) * b_floats, divides ? 0.1f : -1, 1);
    std::vector<float> expected(a.size());
    for (std::int64_t s = 0; s < binary.segments; ++s)
      for (std::int64_t i = 0; i < binary.segment_floats; ++i) {
        const auto at = static_cast<std::size_t>(s * binary.segment_floats + i);
        expected[at] = apply(binary.op, a[at],
                             b[static_cast<std::size_t>(s * binary.b_segment + i / 16 * binary.b_pixel + i % 16)]);
      }
    for (cpu::Isa isa : isas_here()) {
      binary.isa = isa;
      std::vector<float> y = a;
      run_binary(binary, y.data(), b.data(), y.data(), pool);
      ASSERT_TRUE(near(expected, y, 1e-6)) << cpu::name_of(isa) << " seed " << seed;
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels::eltwise
