// Which of TFLite's paddings a window has: SAME or VALID where they are exact, an explicit PAD otherwise.
#pragma once

#include "formats/tflite/lowering.h"
#include "graph/window.h"

namespace diolkos::tflite {

// SAME: output = ceil(input / stride), half of what is missing in front, rounded down.
bool same_is_exact(const graph::WindowAxis& axis);
// VALID: nothing in front, windows inside the input only.
bool valid_is_exact(const graph::WindowAxis& axis);
// How far the last window reaches behind the input.
std::int64_t needed_behind(const graph::WindowAxis& axis);

// Sets strides, dilations and padding. Returns the tensor to read: `input`, or a padded one of zeros (or `fill`).
int place_window(Lowering& to, const graph::Window& window, int input, std::string_view name, const float* fill,
                 Options& options);

}  // namespace diolkos::tflite
