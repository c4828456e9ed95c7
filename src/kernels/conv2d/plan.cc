#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels::conv2d {

std::unique_ptr<Convolution> plan(const Spec& spec) {
  return spec.shape.is_depthwise() ? plan_depthwise(spec) : plan_direct(spec);
}

}  // namespace diolkos::kernels::conv2d
