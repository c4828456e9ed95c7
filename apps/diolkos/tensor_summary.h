// A tensor in one line: enough to tell it from another.
#pragma once

#include "base/tensor.h"

namespace diolkos::cli {

struct TensorSummary {
  double min = 0, max = 0, mean = 0;
  double sum = 0;
};

TensorSummary summarize(const Tensor& tensor);  // NaN elements make all four NaN; zeros for an empty tensor

}  // namespace diolkos::cli
