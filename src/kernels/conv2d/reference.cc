#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels::conv2d {
namespace {

// The input index that tap `tap` of output `at` reads, or -1 in the padding.
std::int64_t source(const Axis& axis, std::int64_t at, std::int64_t tap) {
  const std::int64_t index = at * axis.stride - axis.pad + tap * axis.dilation;
  return index >= 0 && index < axis.input ? index : -1;
}

double sum_of_taps(const Spec& spec, const float* planes, const float* weights, std::int64_t i, std::int64_t j) {
  const Axis& height = spec.shape.height;
  const Axis& width = spec.shape.width;
  double sum = 0;
  for (std::int64_t c = 0; c < spec.shape.in_channels_of_group(); ++c) {
    for (std::int64_t a = 0; a < height.kernel; ++a) {
      for (std::int64_t b = 0; b < width.kernel; ++b) {
        const std::int64_t row = source(height, i, a);
        const std::int64_t column = source(width, j, b);
        if (row < 0 || column < 0) continue;
        sum += static_cast<double>(planes[(c * height.input + row) * width.input + column]) *
               weights[(c * height.kernel + a) * width.kernel + b];
      }
    }
  }
  return sum;
}

}  // namespace

void reference(const Spec& spec, const float* x, const float* residual, float* y) {
  const Shape& shape = spec.shape;
  const std::int64_t inputs = shape.in_channels_of_group();
  std::int64_t at = 0;
  for (std::int64_t n = 0; n < shape.batch; ++n) {
    for (std::int64_t o = 0; o < shape.out_channels; ++o) {
      const std::int64_t group = o / shape.out_channels_of_group();
      const float* planes = x + (n * shape.in_channels + group * inputs) * shape.in_pixels();
      const float* weights = spec.weights.data() + o * inputs * shape.height.kernel * shape.width.kernel;
      for (std::int64_t i = 0; i < shape.height.output; ++i) {
        for (std::int64_t j = 0; j < shape.width.output; ++j, ++at) {
          double sum = spec.bias.empty() ? 0 : spec.bias[static_cast<std::size_t>(o)];
          sum += sum_of_taps(spec, planes, weights, i, j);
          if (residual != nullptr) sum += residual[at];
          y[at] = apply(spec.activation, static_cast<float>(sum));
        }
      }
    }
  }
}

}  // namespace diolkos::kernels::conv2d
