#include "quantize/histogram.h"

#include <algorithm>
#include <cmath>

namespace diolkos::quantize {

void Histogram::widen(float magnitude) {
  if (bins_.empty()) bins_.assign(kBins, 0);
  if (reach_ == 0) reach_ = std::max<double>(magnitude, 1e-30) * 1.0001;
  while (magnitude >= reach_) {
    std::vector<std::uint64_t> merged(kBins, 0);
    for (std::size_t i = 0; i < kBins; ++i) merged[kBins / 4 + i / 2] += bins_[i];
    bins_ = std::move(merged);
    reach_ *= 2;
  }
}

void Histogram::add(std::span<const float> values) {
  if (values.empty()) return;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  low_ = empty() ? *low : std::min(low_, *low);
  high_ = empty() ? *high : std::max(high_, *high);
  widen(std::max(std::abs(*low), std::abs(*high)));
  const float scale = static_cast<float>(static_cast<double>(kBins) / (2 * reach_));
  const auto middle = static_cast<float>(kBins / 2);
  constexpr auto kLast = static_cast<std::int32_t>(kBins - 1);
  for (float value : values) {
    const auto bin = static_cast<std::int32_t>(value * scale + middle);
    ++bins_[static_cast<std::size_t>(std::clamp(bin, 0, kLast))];
  }
  total_ += values.size();
}

}  // namespace diolkos::quantize
