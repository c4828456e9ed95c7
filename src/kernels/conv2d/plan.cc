#include "kernels/conv2d/convolution.h"

namespace diolkos::kernels::conv2d {

std::unique_ptr<Convolution> plan(const Spec& spec) {
  if (spec.shape.is_depthwise()) return plan_depthwise(spec);
  if (spec.winograd)
    if (auto convolution = plan_winograd(spec, 0)) return convolution;
  return plan_direct(spec);
}

}  // namespace diolkos::kernels::conv2d
