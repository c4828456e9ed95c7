// A network's output to the frame's pixels: each pixel's class, or a mask of one class.
//
// Scores are resized as the frame was (bilinear, half-pixel centres) and then decided; classes (of a network that ends
// in ArgMax) are resized to the nearest. What of the frame the network has not seen is class 0, or not in the mask.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "segmentation/axis.h"
#include "segmentation/class_margin.h"
#include "segmentation/geometry.h"
#include "segmentation/grid_resize.h"
#include "segmentation/image.h"
#include "segmentation/label_upsampler.h"

namespace diolkos::segmentation {

struct PostprocessOptions {
  std::optional<int> class_index;  // a mask of this class; absent: the class of the highest score at each pixel
  double threshold = 0.5;          // of the class's probability, or of its score with `raw`
  bool raw = false;
  std::optional<GridResize> resize{};  // that the network leaves to us: scores are then those of the map it would give
};

struct Segmentation {
  Image map;                   // gray, of the frame's size: classes, or with mask_of 255 and 0
  std::optional<int> mask_of;  // the class of the mask
};

// Holds its buffers: no allocation once sizes are known. Not for two threads at once.
class Postprocessor {
 public:
  // `output` is the network's: an error where it cannot be post-processed, or the class is not among its classes.
  // Of a network with a single channel of scores class 1 is the foreground (sigmoid), and it is what is looked for
  // where no class is asked.
  static Result<Postprocessor> create(DType dtype, const Shape& output, const PostprocessOptions& options);

  const PostprocessOptions& options() const { return options_; }

  Status run(const Tensor& output, const Geometry& geometry, Segmentation& segmentation);

 private:
  explicit Postprocessor(const PostprocessOptions& options) : options_(options) {}
  void set_axes(const Scores& scores, const Geometry& geometry);
  std::uint8_t* prepare(const Geometry& geometry, Image& map) const;
  void decide_classes(const Scores& scores, std::uint8_t* labels, std::size_t stride);
  void decide_mask(const Scores& scores, int class_index, std::uint8_t mark, std::uint8_t* labels, std::size_t stride);
  void copy_nearest(const Tensor& output, std::uint8_t* labels, std::size_t stride);

  PostprocessOptions options_;
  Geometry known_;  // what the axes stand for
  int grid_height_ = 0;
  int grid_width_ = 0;
  Axis rows_;
  Axis columns_;
  ClassMargin margin_;
  LabelUpsampler upsampler_;
  std::vector<std::uint8_t> grid_;   // labels at the network's resolution
  std::vector<float> best_;          // of a row: the highest score so far
  std::vector<std::uint8_t> class_;  // of a row: whose it is
};

}  // namespace diolkos::segmentation
