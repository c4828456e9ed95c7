// One convolution as a step over buffers.
#pragma once

#include <memory>
#include <string>

#include "kernels/conv2d/convolution.h"
#include "runtime/planner.h"

namespace diolkos::runtime {

struct ConvolutionOperands {
  graph::ValueId input;
  graph::ValueId residual = graph::kNoValue;
  graph::ValueId bias = graph::kNoValue;  // where it is computed; what is planned has a constant one
};

// Writes `node`'s output.
void add_convolution(Planner& planner, const graph::Node& node, const ConvolutionOperands& operands,
                     std::unique_ptr<kernels::conv2d::Convolution> convolution, std::int64_t multiply_adds,
                     std::string reason = "");

}  // namespace diolkos::runtime
