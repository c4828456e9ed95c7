#include "kernels/conv2d/convolution.h"

#include "kernels/conv2d/method.h"

namespace diolkos::kernels::conv2d {
namespace {

std::unique_ptr<Convolution> made(const Spec& spec, Method method) {
  switch (method) {
    case kDirect: return plan_direct(spec);
    case kSplit: return plan_split(spec);
    default: return plan_winograd(spec, method);
  }
}

}  // namespace

std::unique_ptr<Convolution> plan(const Spec& spec) {
  if (spec.shape.is_depthwise()) return plan_depthwise(spec);
  const auto decide = [&] { return estimate_methods(spec).front().method; };
  return made(spec, spec.store == nullptr ? decide() : spec.store->choice(decide));
}

std::vector<Candidate> candidates(const Spec& spec) {
  if (spec.shape.is_depthwise()) return {{"depthwise", 0}};
  std::vector<Candidate> found;
  for (const Estimate& method : estimate_methods(spec))
    found.push_back({name_of(method.method), 1e-6 * method.cycles});
  return found;
}

}  // namespace diolkos::kernels::conv2d
