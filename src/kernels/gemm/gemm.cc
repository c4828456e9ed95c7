#include "kernels/gemm/gemm.h"

#include <algorithm>

#include "kernels/layout/blocked.h"
#include "kernels/transpose/transpose.h"

namespace diolkos::kernels {
namespace {

constexpr std::int64_t kRowsAtOnce = 64;

// body(first row, rows, first column, columns) of blocks of 16 columns.
template <class Body>
void each_block(std::int64_t rows, std::int64_t columns, ThreadPool& pool, Body body) {
  const std::int64_t pieces = (rows + kRowsAtOnce - 1) / kRowsAtOnce;
  pool.parallel_for(blocks_of(columns) * pieces, [&](std::int64_t item, int) {
    const std::int64_t row = item % pieces * kRowsAtOnce, column = item / pieces * kBlock;
    body(row, std::min(kRowsAtOnce, rows - row), column, std::min(kBlock, columns - column));
  });
}

void block_rows(const float* x, std::int64_t rows, std::int64_t columns, float* blocked, ThreadPool& pool) {
  each_block(rows, columns, pool, [&](std::int64_t row, std::int64_t count, std::int64_t column, std::int64_t some) {
    for (std::int64_t i = row; i < row + count; ++i) {
      float* to = blocked + column * rows + i * kBlock;
      std::copy_n(x + i * columns + column, some, to);
      std::fill_n(to + some, kBlock - some, 0.0f);
    }
  });
}

void unblock_rows(const float* blocked, std::int64_t rows, std::int64_t columns, float* y, ThreadPool& pool) {
  each_block(rows, columns, pool, [&](std::int64_t row, std::int64_t count, std::int64_t column, std::int64_t some) {
    for (std::int64_t i = row; i < row + count; ++i)
      std::copy_n(blocked + column * rows + i * kBlock, some, y + i * columns + column);
  });
}

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
    block_rows(x, rows_, inputs_, input, pool);
  convolution_->run({input, nullptr, output, scratch}, pool);
  unblock_rows(output, rows_, outputs_, y, pool);
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
