#include "kernels/integer/quantize.h"

#include <cmath>
#include <limits>

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::integer {
namespace {

std::int32_t expected(const Quantize& by, float x) {
  const float steps = x / by.scale;
  const double whole = std::isnan(steps)                         ? 0
                       : by.halves == Halves::to_even            ? std::nearbyint(static_cast<double>(steps))
                                                                 : std::round(static_cast<double>(steps));
  const double low = by.dtype == DType::int16 ? -32768 : by.dtype == DType::int8 ? -128 : 0;
  const double high = by.dtype == DType::int16 ? 32767 : by.dtype == DType::int8 ? 127 : 255;
  return static_cast<std::int32_t>(std::clamp(std::clamp(whole, -1e6, 1e6) + by.zero, low, high));
}

std::int32_t stored(const Quantize& by, const std::vector<std::uint8_t>& y, std::size_t i) {
  if (by.dtype == DType::int16) return reinterpret_cast<const std::int16_t*>(y.data())[i];
  return by.dtype == DType::uint8 ? y[i] : reinterpret_cast<const std::int8_t*>(y.data())[i];
}

TEST(IntegerQuantize, HalvesInfinitiesAndRandomNumbersOnEveryIsa) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (unsigned seed = 0; seed < seeds(300); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    Quantize by;
    by.dtype = random.one_of({DType::int8, DType::uint8, DType::int16});
    by.halves = random.one_of({Halves::away_from_zero, Halves::to_even});
    by.zero = static_cast<std::int32_t>(by.dtype == DType::int16 ? 0 : random.integer(-100, 100));
    by.scale = random.one_of<float>({1.0f, 0.5f, 0.0078125f, 0.0137f, 3.1f});
    const std::int64_t count = random.chance(0.05) ? 40000 : random.integer(1, 200);
    std::vector<float> x = random.floats(count, -400 * by.scale, 400 * by.scale);
    for (float& value : x)
      if (random.chance(0.3)) value = (static_cast<float>(random.integer(-300, 300)) + 0.5f) * by.scale;
    for (const float special : {NAN, kInfinity, -kInfinity, 1e30f, -1e30f, -0.0f, 1e-40f})
      x[static_cast<std::size_t>(random.integer(0, count - 1))] = special;
    for (const cpu::Isa isa : isas_here()) {
      by.isa = isa;
      std::vector<std::uint8_t> y(static_cast<std::size_t>(count) * size_of(by.dtype));
      run_quantize(by, count, x.data(), y.data(), pool);
      for (std::size_t i = 0; i < x.size(); ++i)
        ASSERT_EQ(stored(by, y, i), expected(by, x[i])) << x[i] << " by " << by.scale << " on " << cpu::name_of(isa);
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels::integer
