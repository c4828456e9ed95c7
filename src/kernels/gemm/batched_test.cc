#include "kernels/gemm/batched.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels {
namespace {

TEST(BatchedProduct, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(150); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    BatchedProduct product;
    product.threads = static_cast<int>(random.integer(1, 3));
    ThreadPool pool(product.threads);
    product.rows = random.one_of<std::int64_t>({1, 2, 13, 64, 130});
    product.inner = random.one_of<std::int64_t>({1, 3, 16, 21, 32, 70});
    product.columns = random.one_of<std::int64_t>({1, 5, 16, 21, 40, 100});
    product.a_transposed = random.chance(0.4);
    product.b_transposed = random.chance(0.4);
    product.factor = random.chance(0.5) ? 1.0f : 0.3f;
    const std::int64_t a_size = product.rows * product.inner, b_size = product.inner * product.columns;
    const bool one_b = random.chance(0.3);
    for (std::int64_t i = random.integer(0, 4); i >= 0; --i) {
      product.a_at.push_back(i * a_size);
      product.b_at.push_back(one_b ? 0 : i * b_size);
    }
    const auto pairs = static_cast<std::int64_t>(product.a_at.size());
    const float bound = 1 / std::sqrt(static_cast<float>(product.inner));
    const auto a = random.floats(pairs * a_size), b = random.floats(pairs * b_size, -bound, bound);
    std::vector<float> expected(static_cast<std::size_t>(pairs * product.rows * product.columns));
    reference_batched(product, a.data(), b.data(), expected.data());
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      product.isa = isa;
      AlignedFloats scratch(product.scratch_floats());
      std::fill_n(scratch.data(), scratch.size(), NAN);
      std::vector<float> y(expected.size(), NAN);
      product.run(a.data(), b.data(), y.data(), scratch.data(), pool);
      ASSERT_TRUE(near(expected, y, 1e-5));
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels
