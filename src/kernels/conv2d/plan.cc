#include "kernels/conv2d/convolution.h"

#include <fmt/format.h>

#include "kernels/conv2d/winograd_tiles.h"

namespace diolkos::kernels::conv2d {

std::unique_ptr<Convolution> plan(const Spec& spec) {
  if (spec.shape.is_depthwise()) return plan_depthwise(spec);
  if (spec.winograd)
    if (auto convolution = plan_winograd(spec, 0)) return convolution;
  return plan_direct(spec);
}

std::vector<Candidate> candidates(const Spec& spec) {
  if (spec.shape.is_depthwise()) return {{"depthwise", 0}};
  if (!spec.winograd || !winograd_fits(spec.shape)) return {{"direct", 0}};
  std::vector<Candidate> found;
  for (const Estimate& method : estimate_methods(spec))
    found.push_back({method.outputs == 0 ? "direct" : fmt::format("F({},3)", method.outputs), 1e-6 * method.cycles});
  return found;
}

}  // namespace diolkos::kernels::conv2d
