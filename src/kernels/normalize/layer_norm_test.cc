#include "kernels/normalize/layer_norm.h"

#include "kernels/kernel_test_support.h"
#include "kernels/layout/rows.h"

namespace diolkos::kernels::normalize {
namespace {

std::vector<float> padded(std::vector<float> values) {
  values.resize((values.size() + 15) / 16 * 16, 0.0f);
  return values;
}

TEST(LayerNorm, RandomShapesAgreeWithTheReferenceOnEveryIsaInBothLayouts) {
  for (unsigned seed = 0; seed < seeds(150); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    Spec spec;
    spec.batch = random.integer(1, 2);
    spec.pixels = random.one_of<std::int64_t>({1, 2, 5, 16, 300});
    spec.channels = random.one_of<std::int64_t>({1, 3, 16, 21, 32, 160});
    spec.epsilon = random.one_of({1e-5f, 1e-2f});
    const auto x = random.floats(spec.batch * spec.pixels * spec.channels, -1, 5);
    const auto scale = padded(random.floats(spec.channels)), bias = padded(random.floats(spec.channels));
    std::vector<float> expected(x.size());
    reference_layer_norm(spec, x.data(), scale.data(), bias.data(), expected.data());
    const Planes planes{spec.batch, spec.channels, spec.pixels};
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      spec.isa = isa;
      spec.blocked = false;
      std::vector<float> y = x;
      run_layer_norm(spec, y.data(), scale.data(), bias.data(), y.data(), pool);
      ASSERT_TRUE(near(expected, y, 2e-5));
      spec.blocked = true;
      AlignedFloats rows(static_cast<std::size_t>(planes.blocked_elements()));
      plain_to_rows(planes, x.data(), rows.data(), pool);
      for (std::size_t i = 0; i < rows.size(); ++i)
        if (spec.channels % 16 != 0 && rows.data()[i] == 0) rows.data()[i] = 7;  // beyond the channels
      run_layer_norm(spec, rows.data(), scale.data(), bias.data(), rows.data(), pool);
      ASSERT_TRUE(padding_is_finite(rows));
      rows_to_plain(planes, rows.data(), y.data(), pool);
      ASSERT_TRUE(near(expected, y, 2e-5));
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels::normalize
