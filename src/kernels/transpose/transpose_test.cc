#include "kernels/transpose/transpose.h"

#include <numeric>

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels {
namespace {

std::vector<std::uint8_t> random_bytes(Random& random, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.integer(0, 255));
  return bytes;
}

TEST(Transpose, RandomShapesAndOrdersAgreeWithTheReference) {
  for (unsigned seed = 0; seed < seeds(400); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    Shape shape;
    const std::int64_t rank = random.integer(0, 6);
    for (std::int64_t i = 0; i < rank; ++i)
      shape.push_back(rank <= 3 ? random.one_of<std::int64_t>({1, 2, 16, 21, 64, 100}) : random.integer(1, 9));
    if (random.chance(0.03) && rank > 0) shape[0] = 0;
    std::vector<std::int64_t> order(static_cast<std::size_t>(rank));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(i) - 1))]);
    const std::size_t bytes = random.one_of<std::size_t>({1, 2, 4, 8});
    const auto x = random_bytes(random, static_cast<std::size_t>(shape.elements()) * bytes);
    std::vector<std::uint8_t> expected(x.size()), y(x.size());
    reference_transpose(shape, order, bytes, x.data(), expected.data());
    const Transpose transpose(shape, order, bytes);
    transpose.run(x.data(), y.data(), pool);
    ASSERT_EQ(expected, y) << to_string(shape);
    ASSERT_TRUE(transpose.moves() || x == y);
  }
}

TEST(Transpose, OfAPlaneTouchesNothingBesides) {
  for (unsigned seed = 0; seed < seeds(100); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Plane plane{random.integer(1, 70), random.integer(1, 70), 0, 0, static_cast<std::uint8_t>(random.integer(0, 255))};
    plane.from_step = plane.columns + random.integer(0, 20);
    plane.to_step = plane.rows + random.integer(0, 20);
    const auto x = random_bytes(random, static_cast<std::size_t>(plane.rows * plane.from_step));
    std::vector<std::uint8_t> y(static_cast<std::size_t>(plane.columns * plane.to_step), 7), expected = y;
    for (std::int64_t r = 0; r < plane.rows; ++r)
      for (std::int64_t c = 0; c < plane.columns; ++c)
        expected[static_cast<std::size_t>(c * plane.to_step + r)] =
            x[static_cast<std::size_t>(r * plane.from_step + c)] ^ plane.flip;
    transpose_plane(plane, 1, x.data(), y.data());
    ASSERT_EQ(expected, y);
  }
}

}  // namespace
}  // namespace diolkos::kernels
