#include "kernels/attention/attention.h"

#include "kernels/kernel_test_support.h"
#include "kernels/layout/rows.h"

namespace diolkos::kernels::attention {
namespace {

AlignedFloats rows_of(const Planes& planes, const std::vector<float>& plain) {
  ThreadPool pool(1);
  AlignedFloats rows(static_cast<std::size_t>(planes.blocked_elements()));
  plain_to_rows(planes, plain.data(), rows.data(), pool);
  return rows;
}

TEST(Attention, RandomShapesAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < seeds(100); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Spec spec;
    spec.batch = random.integer(1, 2);
    spec.heads = random.integer(1, 3);
    spec.depth = 16 * random.integer(1, 3);
    spec.queries = random.one_of<std::int64_t>({1, 5, 14, 60, 300});
    spec.keys = random.one_of<std::int64_t>({1, 7, 16, 33, 256, 500});
    spec.scale = random.one_of({0.25f, 1.0f, 3.0f});
    spec.threads = static_cast<int>(random.integer(1, 3));
    ThreadPool pool(spec.threads);
    const std::int64_t width = spec.heads * spec.depth;
    const Planes of_queries{spec.batch, width, spec.queries}, of_keys{spec.batch, width, spec.keys};
    const auto q = random.floats(of_queries.plain_elements()), k = random.floats(of_keys.plain_elements()),
               v = random.floats(of_keys.plain_elements());
    std::vector<float> expected(q.size()), y(q.size());
    reference(spec, q.data(), k.data(), v.data(), expected.data());
    const AlignedFloats queries = rows_of(of_queries, q), keys = rows_of(of_keys, k), values = rows_of(of_keys, v);
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      spec.isa = isa;
      AlignedFloats scratch(scratch_floats(spec)), rows(queries.size());
      std::fill_n(scratch.data(), scratch.size(), NAN);
      run(spec, queries.data(), keys.data(), values.data(), rows.data(), scratch.data(), pool);
      rows_to_plain(of_queries, rows.data(), y.data(), pool);
      ASSERT_TRUE(near(expected, y, 1e-5));
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels::attention
