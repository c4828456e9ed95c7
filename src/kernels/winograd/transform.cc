#include "kernels/winograd/transform.h"

#include <vector>

#include "kernels/winograd/matrices.h"

namespace diolkos::kernels::winograd {
namespace {

template <int m>
void transform(std::int64_t lanes, const float* taps, float* products, std::int64_t stride) {
  constexpr int size = m + 2;
  constexpr const auto& g = matrices<m>.g;
  const auto count = static_cast<std::size_t>(lanes);
  std::vector<double> half(size * 3 * count, 0.0);  // G g: [size][3][lanes]
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t k = 0; k < 9; ++k)
      for (std::size_t lane = 0; lane < count; ++lane)
        half[(i * 3 + k % 3) * count + lane] += g[i][k / 3] * taps[k * count + lane];
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      const double* row = half.data() + i * 3 * count;
      float* to = products + static_cast<std::int64_t>(i * size + j) * stride;
      for (std::size_t lane = 0; lane < count; ++lane)
        to[lane] =
            static_cast<float>(g[j][0] * row[lane] + g[j][1] * row[count + lane] + g[j][2] * row[2 * count + lane]);
    }
  }
}

}  // namespace

Kernels kernels(cpu::Isa isa, int m) {
  switch (isa) {
#define DIOLKOS_ISA(name) \
  case cpu::Isa::name: return kernels_##name(m);
#include "kernels/isas.inc"
#undef DIOLKOS_ISA
    default: return kernels_generic(m);
  }
}

void transform_filters(int m, std::int64_t lanes, const float* taps, float* products, std::int64_t stride) {
  switch (m) {
    case 2: return transform<2>(lanes, taps, products, stride);
    case 3: return transform<3>(lanes, taps, products, stride);
    case 4: return transform<4>(lanes, taps, products, stride);
    default: return transform<6>(lanes, taps, products, stride);
  }
}

}  // namespace diolkos::kernels::winograd
