// A matrix [inner][columns] as the tiles of kernels/tile read it: panels of one or two blocks of 16 columns, a panel's
// rows one after the other, as many as whole blocks of 16 have; zeros where there are no rows or columns.
#pragma once

#include <cstdint>

#include "kernels/tile/tile.h"

namespace diolkos::kernels {

// Where element (k, n) stands: k * row_step + n * column_step; one of the two is 1.
struct MatrixSteps {
  std::int64_t row_step = 1;
  std::int64_t column_step = 1;
};

inline std::int64_t whole_blocks(std::int64_t count) { return (count + 15) / 16 * 16; }

// Floats of all panels.
inline std::int64_t panel_floats(std::int64_t inner, std::int64_t columns) {
  return whole_blocks(inner) * whole_blocks(columns);
}

// The panel of `count` columns, whose first element is *from.
void pack_panel(const float* from, const MatrixSteps& steps, std::int64_t inner, std::int64_t count, float* panel,
                int blocks);

// body(first column, blocks, floats before the panel) of each panel.
template <class Body>
void each_panel(const tile::Family& family, std::int64_t inner, std::int64_t columns, Body body) {
  const std::int64_t width = whole_blocks(columns);
  for (std::int64_t column = 0; column < width; column += 16 * family.max_blocks) {
    const auto blocks = static_cast<int>((width - column) / 16 < family.max_blocks ? (width - column) / 16
                                                                                     : family.max_blocks);
    body(column, blocks, column * whole_blocks(inner));
  }
}

}  // namespace diolkos::kernels
