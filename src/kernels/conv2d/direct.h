// What other kernels know of direct convolutions.
#pragma once

#include <cstdint>
#include <memory>

#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels::conv2d {

const tile::Dots* direct_dots(const Spec& spec);  // null: tiles of float32 sum the weights as they are stored
const tile::Dots* split_dots(const Spec& spec);   // null where a split convolution is impossible, or not allowed

// A direct convolution that gives some rows of a few outputs at a time, to whoever reads them while they are near.
class TileConvolution : public Convolution {
 public:
  struct Outputs {
    std::int64_t first_block;
    int blocks;  // of 16 channels: one or two
  };
  virtual std::int64_t tiles() const = 0;
  virtual Outputs outputs_of(std::int64_t tile) const = 0;
  // Rows [top, bottom) of a tile's outputs to to[block][row - top][width][16], from one channel-blocked image.
  virtual void run_tile(const float* image, std::int64_t tile, std::int64_t top, std::int64_t bottom,
                        float* to) const = 0;
};

// Null where the plan would read anything but the image itself (direct_dots, plain inputs, copies with padding).
std::unique_ptr<TileConvolution> plan_tiles(const Spec& spec);

}  // namespace diolkos::kernels::conv2d
