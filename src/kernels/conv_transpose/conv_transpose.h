// Transposed convolution in float32, two-dimensional, planned once for its shape:
//
//   y[n][o][j * sh - ph + a * dh][k * sw - pw + b * dw] += x[n][c][j][k] * w[c][o][a][b],   y = bias[o] at first
//
// over the c of o's group. Those outputs whose rows and columns leave the same rest by the strides (a phase) are a
// plain convolution of stride 1 over x, by those taps that hit them: sh * sw convolutions, which multiply nothing in
// vain, and whose results are laid between each other.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/aligned_floats.h"
#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels {

class ConvTranspose {
 public:
  // `spec.shape`: of the transposed convolution, each axis' pad what is taken off y in front; `weights`
  // [in_channels][out_channels / groups][kernel height][kernel width]. The rest as of a convolution; no store. Null
  // where a phase has no tap or lies further outside x than convolutions reach, and where memory is out.
  static std::unique_ptr<ConvTranspose> plan(const conv2d::Spec& spec);

  // Whether run() looks at x plain, blocked (layout/blocked.h), or both; y is blocked.
  bool reads_plain() const { return reads(true); }
  bool reads_blocked() const { return reads(false); }
  std::size_t scratch_floats() const { return scratch_floats_ + phase_floats_; }
  std::size_t weight_bytes() const;
  std::string kernel() const;  // "4 phases, direct avx512 14x32"

  void run(const float* plain, const float* blocked, float* y, float* scratch, ThreadPool& pool) const;

 private:
  struct Phase {
    std::int64_t row, column;  // of its first output
    conv2d::Shape shape;
    std::unique_ptr<conv2d::Convolution> convolution;
  };

  bool reads(bool plain) const;
  void spread(const Phase& phase, const float* from, float* y, ThreadPool& pool) const;

  conv2d::Shape shape_;
  std::vector<Phase> phases_;
  std::size_t scratch_floats_ = 0;  // of one convolution
  std::size_t phase_floats_ = 0;    // of one phase's result; 0 where there is but one
};

// The formula, over plain x and y, summed in double.
void reference_conv_transpose(const conv2d::Spec& spec, const float* x, float* y);

}  // namespace diolkos::kernels
