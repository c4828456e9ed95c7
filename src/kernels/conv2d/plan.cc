#include "kernels/conv2d/convolution.h"

#include "kernels/conv2d/method.h"
#include "kernels/conv2d/tuning.h"

namespace diolkos::kernels::conv2d {
namespace {

Method decide(const Spec& spec) {
  if (spec.tuning != nullptr)
    if (const std::vector<Measured>& measured = spec.tuning->measure(spec); !measured.empty())
      return measured.front().method;
  return estimate_methods(spec).front().method;
}

}  // namespace

std::unique_ptr<Convolution> make(const Spec& spec, Method method) {
  switch (method) {
    case kDirect: return plan_direct(spec);
    case kSplit: return plan_split(spec);
    default: return plan_winograd(spec, method);
  }
}

std::unique_ptr<Convolution> plan(const Spec& spec) {
  if (spec.shape.is_depthwise()) return spec.late_bias ? nullptr : plan_depthwise(spec);
  auto made = make(spec, spec.store == nullptr ? decide(spec) : spec.store->choice([&] { return decide(spec); }));
  if (made != nullptr && spec.late_bias && !made->takes_bias()) return nullptr;  // as a strange store chose
  return made;
}

std::vector<Candidate> candidates(const Spec& spec) {
  if (spec.shape.is_depthwise()) return {{"depthwise", 0, {}}};
  std::vector<Candidate> found;
  for (const Estimate& method : estimate_methods(spec))
    found.push_back({name_of(method.method), 1e-6 * method.cycles, {}});
  if (spec.tuning == nullptr) return found;
  for (const Measured& measured : spec.tuning->measure(spec))
    for (Candidate& candidate : found)
      if (measured.milliseconds > 0 && candidate.kernel == name_of(measured.method))
        candidate.milliseconds = measured.milliseconds;
  return found;
}

}  // namespace diolkos::kernels::conv2d
