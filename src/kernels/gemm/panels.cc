#include "kernels/gemm/panels.h"

#include <algorithm>

#include "kernels/transpose/transpose.h"

namespace diolkos::kernels {

void pack_panel(const float* from, const MatrixSteps& steps, std::int64_t inner, std::int64_t count, float* panel,
                int blocks) {
  const std::int64_t width = 16 * blocks, rows = whole_blocks(inner), held = std::min(count, width);
  if (held < width || rows > inner) std::fill_n(panel, rows * width, 0.0f);
  if (steps.column_step != 1) {  // rows of the plane are columns
    transpose_plane({held, inner, steps.column_step, width}, sizeof(float), from, panel);
    return;
  }
  for (std::int64_t k = 0; k < inner; ++k) std::copy_n(from + k * steps.row_step, held, panel + k * width);
}

}  // namespace diolkos::kernels
