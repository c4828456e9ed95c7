#include "kernels/conv_transpose/conv_transpose.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>

#include "kernels/layout/blocked.h"

namespace diolkos::kernels {
namespace {

using conv2d::Axis;

// One phase along one axis: output `first` + i * stride of y is the sum of x[i - pad + k * step] * w[taps[k]].
struct PhaseAxis {
  std::int64_t first;
  Axis axis;
  std::vector<std::int64_t> taps;
};

// Tap a hits output i where i + pad - a * dilation is a multiple of the stride. Its taps lie stride / gcd apart, and
// what they read dilation / gcd, the last first.
std::optional<PhaseAxis> phase_of(const Axis& axis, std::int64_t first) {
  PhaseAxis phase{first, {}, {}};
  for (std::int64_t a = axis.kernel - 1; a >= 0; --a)
    if ((first + axis.pad - a * axis.dilation) % axis.stride == 0) phase.taps.push_back(a);
  if (phase.taps.empty()) return std::nullopt;
  Axis& plain = phase.axis;
  plain.input = axis.input;
  plain.output = (axis.output - first + axis.stride - 1) / axis.stride;
  plain.kernel = static_cast<std::int64_t>(phase.taps.size());
  plain.dilation = axis.dilation / std::gcd(axis.dilation, axis.stride);
  plain.pad = -(first + axis.pad - phase.taps.front() * axis.dilation) / axis.stride;
  const std::int64_t reach = (plain.kernel - 1) * plain.dilation;
  const std::int64_t behind = plain.output - 1 - plain.pad + reach - (plain.input - 1);
  if (plain.pad < 0 || plain.pad > reach + 1 || behind > reach + 1) return std::nullopt;
  return phase;
}

std::vector<float> weights_of(const conv2d::Spec& spec, const PhaseAxis& height, const PhaseAxis& width) {
  const conv2d::Shape& shape = spec.shape;
  const std::int64_t inputs = shape.in_channels_of_group(), outputs = shape.out_channels_of_group();
  std::vector<float> weights;
  for (std::int64_t o = 0; o < shape.out_channels; ++o)
    for (std::int64_t c = 0; c < inputs; ++c) {
      const std::int64_t plane = (o / outputs * inputs + c) * outputs + o % outputs;
      const float* kernel = spec.weights.data() + plane * shape.height.kernel * shape.width.kernel;
      for (const std::int64_t a : height.taps)
        for (const std::int64_t b : width.taps) weights.push_back(kernel[a * shape.width.kernel + b]);
    }
  return weights;
}

}  // namespace

std::unique_ptr<ConvTranspose> ConvTranspose::plan(const conv2d::Spec& spec) {
  auto made = std::make_unique<ConvTranspose>();
  made->shape_ = spec.shape;
  const Axis &height = spec.shape.height, &width = spec.shape.width;
  const std::int64_t rows = std::min(height.stride, height.output), columns = std::min(width.stride, width.output);
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t column = 0; column < columns; ++column) {
      const auto down = phase_of(height, row), across = phase_of(width, column);
      if (!down || !across) return nullptr;
      conv2d::Spec plain = spec;
      plain.shape.height = down->axis;
      plain.shape.width = across->axis;
      plain.store = nullptr;
      const std::vector<float> weights = weights_of(spec, *down, *across);
      plain.weights = weights;
      auto convolution = conv2d::plan(plain);
      if (convolution == nullptr) return nullptr;
      made->scratch_floats_ = std::max(made->scratch_floats_, (convolution->scratch_floats() + 15) / 16 * 16);
      const Planes planes{spec.shape.batch, spec.shape.out_channels, plain.shape.out_pixels()};
      if (rows * columns > 1)
        made->phase_floats_ = std::max(made->phase_floats_, static_cast<std::size_t>(planes.blocked_elements()));
      made->phases_.push_back({row, column, plain.shape, std::move(convolution)});
    }
  return made;
}

bool ConvTranspose::reads(bool plain) const {
  return std::any_of(phases_.begin(), phases_.end(),
                     [&](const Phase& phase) { return phase.convolution->reads_plain() == plain; });
}

std::size_t ConvTranspose::weight_bytes() const {
  std::size_t bytes = 0;
  for (const Phase& phase : phases_) bytes += phase.convolution->weight_bytes();
  return bytes;
}

std::string ConvTranspose::kernel() const {
  const std::string one = phases_.front().convolution->kernel();
  return phases_.size() == 1 ? one : std::to_string(phases_.size()) + " phases, " + one;
}

void ConvTranspose::run(const float* plain, const float* blocked, float* y, float* scratch, ThreadPool& pool) const {
  float* const result = phases_.size() == 1 ? y : scratch + scratch_floats_;
  for (const Phase& phase : phases_) {
    phase.convolution->run({phase.convolution->reads_plain() ? plain : blocked, nullptr, result, scratch}, pool);
    if (phases_.size() > 1) spread(phase, result, y, pool);
  }
}

void ConvTranspose::spread(const Phase& phase, const float* from, float* y, ThreadPool& pool) const {
  const std::int64_t rows = phase.shape.height.output, columns = phase.shape.width.output;
  const std::int64_t step = shape_.width.stride * kBlock;
  pool.parallel_for(shape_.batch * blocks_of(shape_.out_channels) * rows, [&](std::int64_t item, int) {
    const float* row = from + item * columns * kBlock;
    const std::int64_t at = phase.row + item % rows * shape_.height.stride;
    float* to = y + ((item / rows * shape_.height.output + at) * shape_.width.output + phase.column) * kBlock;
    for (std::int64_t j = 0; j < columns; ++j) std::memcpy(to + j * step, row + j * kBlock, kBlock * sizeof(float));
  });
}

void reference_conv_transpose(const conv2d::Spec& spec, const float* x, float* y) {
  const conv2d::Shape& shape = spec.shape;
  const std::int64_t inputs = shape.in_channels_of_group(), outputs = shape.out_channels_of_group();
  const auto source = [](const Axis& axis, std::int64_t at, std::int64_t tap) {
    const std::int64_t from = at + axis.pad - tap * axis.dilation;
    return from >= 0 && from % axis.stride == 0 && from / axis.stride < axis.input ? from / axis.stride : -1;
  };
  for (std::int64_t plane = 0; plane < shape.batch * shape.out_channels; ++plane) {
    const std::int64_t n = plane / shape.out_channels, o = plane % shape.out_channels;
    for (std::int64_t i = 0; i < shape.height.output; ++i)
      for (std::int64_t j = 0; j < shape.width.output; ++j) {
        double sum = spec.bias.empty() ? 0 : spec.bias[static_cast<std::size_t>(o)];
        for (std::int64_t c = o / outputs * inputs; c < (o / outputs + 1) * inputs; ++c)
          for (std::int64_t a = 0; a < shape.height.kernel; ++a)
            for (std::int64_t b = 0; b < shape.width.kernel; ++b) {
              const std::int64_t row = source(shape.height, i, a), column = source(shape.width, j, b);
              if (row < 0 || column < 0) continue;
              const std::int64_t tap = ((c * outputs + o % outputs) * shape.height.kernel + a) * shape.width.kernel + b;
              sum += static_cast<double>(
                         x[((n * shape.in_channels + c) * shape.height.input + row) * shape.width.input + column]) *
                     spec.weights[static_cast<std::size_t>(tap)];
            }
        *y++ = apply(spec.activation, static_cast<float>(sum));
      }
  }
}

}  // namespace diolkos::kernels
