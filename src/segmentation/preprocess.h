// A frame to a network's input: cut or padded (geometry.h), resized, RGB, normalised, float32 1x3xHxW.
//
// Resizing is bilinear with half-pixel centres and without antialiasing on 8-bit values, as cv::resize does it.
// Padding is 0 in the network's units: the mean colour where the normalisation has a mean, black otherwise.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "segmentation/geometry.h"
#include "segmentation/image.h"
#include "segmentation/normalization.h"

namespace diolkos::segmentation {

struct PreprocessOptions {
  Fit fit = Fit::crop;
  Normalization normalization;
};

// Holds its buffers: no allocation of its own once a size of frames has been seen. Not for two threads at once.
class Preprocessor {
 public:
  // Fails unless the network's input is float32 1x3xHxW and the normalisation sound.
  static Result<Preprocessor> create(DType dtype, const Shape& input, const PreprocessOptions& options);

  Size input() const { return input_; }
  const PreprocessOptions& options() const { return options_; }

  // Writes the whole of `input`, a float32 tensor of the shape given to create().
  Result<Geometry> run(const ImageView& frame, Tensor& input);

 private:
  Preprocessor(Size input, const PreprocessOptions& options);
  void normalize(const Rect& region, PixelFormat format, float* planes) const;

  Size input_;
  PreprocessOptions options_;
  std::array<std::array<float, 256>, 3> tables_;  // R, G, B
  std::vector<std::uint8_t> resized_;
};

}  // namespace diolkos::segmentation
