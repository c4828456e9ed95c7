// The sizes of a convolution from its node and the shapes of its input and weight (OIHW).
#pragma once

#include "reference/call.h"
#include "reference/convolution.h"

namespace diolkos::reference {

Result<ConvolutionSizes> convolution_sizes(const Call& call, const Shape& input, const Shape& weight);

}  // namespace diolkos::reference
