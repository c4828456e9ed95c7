#include "kernels/conv2d/convolution.h"

#include <fmt/format.h>

#include "kernels/conv2d/winograd_tiles.h"

namespace diolkos::kernels::conv2d {

namespace {

constexpr std::int32_t kDirect = 0;  // a choice is this, or the outputs of Winograd's tile

std::int32_t decide(const Spec& spec) {
  return spec.winograd && winograd_fits(spec.shape) ? best_winograd(spec) : kDirect;
}

}  // namespace

std::unique_ptr<Convolution> plan(const Spec& spec) {
  if (spec.shape.is_depthwise()) return plan_depthwise(spec);
  const std::int32_t choice = spec.store == nullptr ? decide(spec) : spec.store->choice([&] { return decide(spec); });
  return choice == kDirect ? plan_direct(spec) : plan_winograd(spec, choice);
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
