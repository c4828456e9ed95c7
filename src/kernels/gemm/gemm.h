// A product with a constant matrix in float32, planned once and run many times:
//
//   y[m][n] = bias[n] + SUM_k x[m][k] * w[n][k]
//
// as a convolution of one tap over `rows` pixels: the rows are brought into blocks of channels and back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels {

class Gemm {
 public:
  // `spec`: weights, bias, isa and so on as of a convolution; its shape follows, in_channels being k, out_channels n.
  // Null where memory is out.
  static std::unique_ptr<Gemm> plan(conv2d::Spec spec, std::int64_t rows);

  std::size_t scratch_floats() const { return convolution_->scratch_floats() + input_floats_ + output_floats_ + 16; }
  std::size_t weight_bytes() const { return convolution_->weight_bytes(); }
  std::string kernel() const { return convolution_->kernel(); }

  void run(const float* x, float* y, float* scratch, ThreadPool& pool) const;

 private:
  std::unique_ptr<conv2d::Convolution> convolution_;
  std::int64_t rows_ = 0, inputs_ = 0, outputs_ = 0;
  std::size_t input_floats_ = 0, output_floats_ = 0;
};

// The formula, summed in double.
void reference_gemm(const conv2d::Spec& spec, std::int64_t rows, const float* x, float* y);

}  // namespace diolkos::kernels
