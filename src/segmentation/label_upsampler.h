// A grid of labels brought to the frame's pixels as if the values behind the labels were interpolated there.
//
// A label that holds at the four grid pixels around a frame pixel holds between them as well: the largest of linear
// functions at four corners is the largest inside, and what is above a threshold at four corners is above it inside.
// Only where corners differ is anything interpolated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/function_ref.h"
#include "segmentation/axis.h"

namespace diolkos::segmentation {

class LabelUpsampler {
 public:
  // Decides row `y`'s pixels `xs` (outputs of the axes) into labels[x] of the row.
  using Interpolate = FunctionRef<void(int y, std::span<const int> xs, std::uint8_t* labels)>;

  // `grid` is rows.grid() x columns.grid(); `labels` gets rows.outputs() rows of columns.outputs() at `stride`.
  void run(const std::uint8_t* grid, const Axis& rows, const Axis& columns, std::uint8_t* labels, std::size_t stride,
           Interpolate interpolate);

 private:
  void find_cells(const std::uint8_t* upper, const std::uint8_t* lower, int width);

  std::vector<std::uint16_t> cells_;  // the label of a whole cell, or kMixed
  std::vector<int> mixed_;            // outputs of a row that need interpolating
};

}  // namespace diolkos::segmentation
