#include "kernels/integer/scores.h"

#include <limits>

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::integer {
namespace {

Classes random_classes(Random& random) {
  Classes classes;
  classes.dtype = random.one_of({DType::int8, DType::uint8, DType::int16});
  classes.outer = random.integer(1, 3);
  classes.extent = random.one_of<std::int64_t>({1, 2, 5, 21, 40, 300});
  classes.inner = random.chance(0.2) ? 1 : random.integer(2, 150);
  if (random.chance(0.1)) classes.inner = 2100;
  if (classes.inner == 1) classes.outer = random.integer(1, 200);
  return classes;
}

std::size_t bytes_of(const Classes& classes) {
  return static_cast<std::size_t>(classes.outer * classes.extent * classes.inner) * size_of(classes.dtype);
}

std::vector<std::uint8_t> random_bytes(Random& random, std::size_t count) {
  const std::int64_t largest = random.one_of<std::int64_t>({255, 255, 3});  // few values: many are equal
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.integer(0, largest));
  return bytes;
}

Softmax random_softmax(Random& random, const Classes& classes) {
  Softmax softmax;
  softmax.classes = classes;
  softmax.low = classes.dtype == DType::uint8 ? 0 : classes.dtype == DType::int8 ? -128 : -32768;
  softmax.high = classes.dtype == DType::uint8 ? 255 : classes.dtype == DType::int8 ? 127 : 32767;
  softmax.zero_x = static_cast<std::int32_t>(random.integer(softmax.low, softmax.high));
  const float finest = classes.dtype == DType::int16 ? 1e-4f : 1e-2f;
  softmax.scale_x = finest * random.one_of({0.1f, 1.0f, 3.7f, 100.0f});
  softmax.inverse = random.one_of({256.0f, 32768.0f, 255.0f, 91.7f, kMostSteps});
  softmax.zero_y =
      random.chance(0.5) ? softmax.low : static_cast<std::int32_t>(random.integer(softmax.low, softmax.high));
  return softmax;
}

TEST(IntegerSoftmax, RandomShapesAreTheReferencesToTheBitOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(150); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    const Classes classes = random_classes(random);
    Softmax softmax = random_softmax(random, classes);
    const std::vector<std::uint8_t> x = random_bytes(random, bytes_of(classes));
    std::vector<std::uint8_t> expected(x.size()), y(x.size());
    reference_softmax(softmax, x.data(), expected.data());
    const AlignedFloats powers = softmax_powers(softmax);
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      softmax.classes.isa = isa;
      run_softmax(softmax, powers.data(), x.data(), y.data(), pool);
      ASSERT_EQ(expected, y);
    }
  }
}

TEST(IntegerSoftmax, HalvesGoAwayFromZero) {
  ThreadPool pool(1);
  for (cpu::Isa isa : isas_here())
    for (const float inverse : {1.0f, 3.0f, 5.0f, 255.0f}) {  // of two equal scores: 0.5, 1.5, 2.5, 127.5 steps
      Softmax softmax;
      softmax.classes = {1, 2, 16, DType::uint8, isa};
      softmax.inverse = inverse;
      softmax.high = 255;
      std::vector<std::uint8_t> x(32, 7), y(32);
      run_softmax(softmax, softmax_powers(softmax).data(), x.data(), y.data(), pool);
      EXPECT_EQ(y, std::vector<std::uint8_t>(32, static_cast<std::uint8_t>((inverse + 1) / 2))) << cpu::name_of(isa);
    }
}

TEST(IntegerArg, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(150); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    Classes classes = random_classes(random);
    const Wanted wanted = random.one_of(
        {Wanted::first_largest, Wanted::last_largest, Wanted::first_smallest, Wanted::last_smallest});
    const std::vector<std::uint8_t> x = random_bytes(random, bytes_of(classes));
    std::vector<std::int64_t> expected(static_cast<std::size_t>(classes.outer * classes.inner)), y(expected.size());
    reference_arg(classes, wanted, x.data(), expected.data());
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      classes.isa = isa;
      run_arg(classes, wanted, x.data(), y.data(), pool);
      ASSERT_EQ(expected, y);
    }
  }
}

TEST(IntegerArg, TheLastOfTheMostClassesWins) {
  ThreadPool pool(1);
  for (cpu::Isa isa : isas_here()) {
    const Classes classes{1, kMostClasses, 1, DType::int16, isa};
    std::vector<std::int16_t> x(static_cast<std::size_t>(kMostClasses), std::numeric_limits<std::int16_t>::min());
    std::int64_t y = 0;
    run_arg(classes, Wanted::last_largest, x.data(), &y, pool);
    EXPECT_EQ(y, kMostClasses - 1) << cpu::name_of(isa);
    x[kMostClasses - 2] = std::numeric_limits<std::int16_t>::max();
    run_arg(classes, Wanted::first_largest, x.data(), &y, pool);
    EXPECT_EQ(y, kMostClasses - 2) << cpu::name_of(isa);
  }
}

}  // namespace
}  // namespace diolkos::kernels::integer
