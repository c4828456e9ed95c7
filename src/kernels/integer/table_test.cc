#include "kernels/integer/table.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::integer {
namespace {

std::vector<std::uint8_t> random_bytes(Random& random, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.integer(0, 255));
  return bytes;
}

TEST(IntegerTable, RandomTablesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(200); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    const DType in = random.one_of({DType::int8, DType::uint8, DType::int16});
    const DType out = random.one_of({DType::int8, DType::uint8, DType::int16});
    const auto answers = random_bytes(random, (std::size_t{1} << (8 * size_of(in))) * size_of(out));
    const Table table(in, out, answers.data());
    const std::int64_t count = random.chance(0.1) ? 40000 : random.integer(1, 200);
    const auto x = random_bytes(random, static_cast<std::size_t>(count) * size_of(in));
    std::vector<std::uint8_t> expected(static_cast<std::size_t>(count) * size_of(out)), y(expected.size());
    reference_table(table, count, x.data(), expected.data());
    for (cpu::Isa isa : isas_here()) {
      run_table(table, isa, count, x.data(), y.data(), pool);
      ASSERT_EQ(expected, y) << cpu::name_of(isa);
    }
  }
}

TEST(IntegerTable, AnswersAreGivenFromTheLeastValue) {
  ThreadPool pool(1);
  std::vector<std::int8_t> negated(256);
  for (int i = 0; i < 256; ++i) negated[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(-(i - 128));
  const std::uint8_t x[] = {0, 127, 128, 129, 255};  // -128, -1, 0, 1, 127
  std::uint8_t y[5];
  for (cpu::Isa isa : isas_here()) {
    run_table(Table(DType::int8, DType::int8, negated.data()), isa, 5, x, y, pool);
    EXPECT_EQ(std::vector<std::uint8_t>(y, y + 5), (std::vector<std::uint8_t>{0, 129, 128, 127, 1}));
  }
  std::vector<std::int16_t> same(65536);
  for (int i = 0; i < 65536; ++i) same[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(i - 32768);
  const std::int16_t wide[] = {-32768, -1, 0, 1, 32767};
  std::int16_t copy[5];
  run_table(Table(DType::int16, DType::int16, same.data()), cpu::Isa::generic, 5, wide, copy, pool);
  EXPECT_TRUE(std::equal(wide, wide + 5, copy));
}

}  // namespace
}  // namespace diolkos::kernels::integer
