#include "kernels/gemm/gemm.h"

#include <algorithm>

#include "kernels/layout/rows.h"
#include "kernels/transpose/transpose.h"

namespace diolkos::kernels {
namespace {

std::size_t floats_of(std::int64_t rows, std::int64_t columns) {
  return static_cast<std::size_t>(Planes{1, columns, rows}.blocked_elements());
}

}  // namespace

std::unique_ptr<Gemm> Gemm::plan(conv2d::Spec spec, std::int64_t rows) {
  auto made = std::make_unique<Gemm>();
  made->rows_ = rows;
  made->inputs_ = spec.shape.in_channels;
  made->outputs_ = spec.shape.out_channels;
  spec.shape.batch = spec.shape.groups = 1;
  spec.shape.height = {};
  spec.shape.width = {rows, rows};
  spec.store = nullptr;
  made->convolution_ = conv2d::plan(spec);
  if (made->convolution_ == nullptr) return nullptr;
  made->input_floats_ = floats_of(rows, made->inputs_);
  made->output_floats_ = floats_of(rows, made->outputs_);
  return made;
}

void Gemm::run(const float* x, float* y, float* scratch, ThreadPool& pool) const {
  float* const input = scratch + (convolution_->scratch_floats() + 15) / 16 * 16;
  float* const output = input + input_floats_;
  if (convolution_->reads_plain())
    transpose_plane({rows_, inputs_, inputs_, rows_}, sizeof(float), x, input);
  else
    plain_to_rows({1, inputs_, rows_}, x, input, pool);
  convolution_->run({input, nullptr, output, scratch}, pool);
  rows_to_plain({1, outputs_, rows_}, output, y, pool);
}

void reference_gemm(const conv2d::Spec& spec, std::int64_t rows, const float* x, float* y) {
  const std::int64_t inputs = spec.shape.in_channels;
  for (std::int64_t m = 0; m < rows; ++m)
    for (std::int64_t n = 0; n < spec.shape.out_channels; ++n) {
      double sum = spec.bias.empty() ? 0 : spec.bias[static_cast<std::size_t>(n)];
      for (std::int64_t k = 0; k < inputs; ++k)
        sum += static_cast<double>(x[m * inputs + k]) * spec.weights[static_cast<std::size_t>(n * inputs + k)];
      *y++ = apply(spec.activation, static_cast<float>(sum));
    }
}

}  // namespace diolkos::kernels
