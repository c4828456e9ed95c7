// The kernels that can do a convolution, and what each would cost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels::conv2d {

// As a packed store keeps a choice: one of these two, or the outputs of Winograd's tile.
using Method = std::int32_t;
inline constexpr Method kDirect = 0;
inline constexpr Method kSplit = 1;

std::string name_of(Method method);  // "F(4,3)"

std::unique_ptr<Convolution> make(const Spec& spec, Method method);  // null where the method is not for that shape

// Estimated cycles of one thread.
struct Estimate {
  Method method;
  double cycles;
};
std::vector<Estimate> estimate_methods(const Spec& spec);  // the least first; not of a depthwise convolution

}  // namespace diolkos::kernels::conv2d
