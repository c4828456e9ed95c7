// Which dot tiles direct convolutions multiply with.
#pragma once

#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels::conv2d {

const tile::Dots* direct_dots(const Spec& spec);  // null: tiles of float32 sum the weights as they are stored
const tile::Dots* split_dots(const Spec& spec);   // null where a split convolution is impossible, or not allowed

}  // namespace diolkos::kernels::conv2d
