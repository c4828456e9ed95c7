// Whether a measurement can be relied on.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "measure/conditions.h"
#include "measure/starts.h"

namespace diolkos::measure {

enum class Stability { stable, noisy, throttled };
inline constexpr std::array<std::string_view, 3> kStabilityNames = {"stable", "noisy", "throttled"};
std::string_view name_of(Stability stability);

struct Verdict {
  Stability stability = Stability::stable;
  std::string reason;  // "other processes kept 0.93 processors busy"; empty where stable
};

// throttled: the kernel counted thermal events, or the clock fell by more than a tenth and the samples' last third is
//   slower than the first by more than a twentieth.
// noisy: other processes kept more than a tenth of `threads` processors busy; or the median's 95 % interval (starts.h)
//   is wider than a tenth of it; or a tenth of the samples take more than 1.25 times the median; or there are fewer
//   than five.
Verdict judge(std::span<const double> samples, std::span<const Start> starts, const Conditions& conditions,
              int threads);

}  // namespace diolkos::measure
