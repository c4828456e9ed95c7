#include "measure/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "measure/statistics.h"

namespace diolkos::measure {
namespace {

// SplitMix64: the standard library's distributions differ between libraries, this does not.
class Draw {
 public:
  std::uint32_t below(std::size_t count) {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    mixed ^= mixed >> 31;
    return static_cast<std::uint32_t>(((mixed >> 32) * static_cast<std::uint64_t>(count)) >> 32);
  }

 private:
  std::uint64_t state_ = 20240607;
};

double median_of(std::vector<double>& samples) {
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  if (samples.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(samples.begin(), middle)) / 2;
}

Interval interval_of(std::vector<double> figures) {
  std::sort(figures.begin(), figures.end());
  return {percentile(figures, 0.025), percentile(figures, 0.975)};
}

Interval median_of_blocks(std::span<const double> samples, std::size_t block) {
  const std::size_t count = samples.size();
  if (count == 0) return {};
  Draw draw;
  std::vector<double> figures;
  std::vector<double> drawn;
  for (int i = 0; i < kResamples; ++i) {
    drawn.clear();
    while (drawn.size() < count) {
      const std::size_t start = draw.below(count - block + 1);
      for (std::size_t k = 0; k < block && drawn.size() < count; ++k) drawn.push_back(samples[start + k]);
    }
    figures.push_back(median_of(drawn));
  }
  return interval_of(std::move(figures));
}

}  // namespace

Interval bootstrap(std::size_t count, FunctionRef<double(std::span<const std::uint32_t> drawn)> statistic) {
  if (count == 0) return {};
  Draw draw;
  std::vector<double> figures;
  std::vector<std::uint32_t> drawn(count);
  for (int i = 0; i < kResamples; ++i) {
    for (std::uint32_t& index : drawn) index = draw.below(count);
    figures.push_back(statistic(drawn));
  }
  return interval_of(std::move(figures));
}

Interval bootstrap_median_of_series(std::span<const double> samples) {
  const auto block = static_cast<std::size_t>(std::sqrt(static_cast<double>(samples.size())));
  return median_of_blocks(samples, std::max<std::size_t>(block, 1));
}

}  // namespace diolkos::measure
