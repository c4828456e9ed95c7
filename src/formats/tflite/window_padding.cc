#include "formats/tflite/window_padding.h"

#include <algorithm>

namespace diolkos::tflite {

bool same_is_exact(const graph::WindowAxis& axis) {
  const std::int64_t output = (axis.input + axis.stride - 1) / axis.stride;
  const std::int64_t total = std::max<std::int64_t>(0, (output - 1) * axis.stride + axis.extent() - axis.input);
  return axis.output == output && axis.pad_begin == total / 2;
}

bool valid_is_exact(const graph::WindowAxis& axis) {
  return axis.pad_begin == 0 && axis.input >= axis.extent() &&
         axis.output == (axis.input - axis.extent()) / axis.stride + 1;
}

std::int64_t needed_behind(const graph::WindowAxis& axis) {
  return std::max<std::int64_t>(0, (axis.output - 1) * axis.stride + axis.extent() - axis.input - axis.pad_begin);
}

int place_window(Lowering& to, const graph::Window& window, int input, std::string_view name, const float* fill,
                 Options& options) {
  const graph::WindowAxis& h = window[0];
  const graph::WindowAxis& w = window[1];
  options.stride_h = static_cast<std::int32_t>(h.stride);
  options.stride_w = static_cast<std::int32_t>(w.stride);
  options.dilation_h = static_cast<std::int32_t>(h.dilation);
  options.dilation_w = static_cast<std::int32_t>(w.dilation);
  options.padding = Padding::valid;
  if (valid_is_exact(h) && valid_is_exact(w)) return input;
  if (same_is_exact(h) && same_is_exact(w)) {
    options.padding = Padding::same;
    return input;
  }
  return to.pad(input, {h.pad_begin, needed_behind(h), w.pad_begin, needed_behind(w)}, name, fill);
}

}  // namespace diolkos::tflite
