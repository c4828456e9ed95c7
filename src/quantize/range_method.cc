#include "quantize/range_method.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace diolkos::quantize {
namespace {

constexpr std::array<std::string_view, 4> kNames{"min-max", "percentile", "entropy", "mse"};

Range with_zero(double low, double high) {
  return {static_cast<float>(std::min(low, 0.0)), static_cast<float>(std::max(high, 0.0))};
}

Range percentile_range(const Histogram& histogram, double percentile) {
  const double beyond = static_cast<double>(histogram.total()) * (100.0 - percentile) / 100.0;
  const auto& bins = histogram.bins();
  double low = histogram.low(), high = histogram.high();
  double seen = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    seen += static_cast<double>(bins[i]);
    if (seen > beyond) {
      low = std::max(low, histogram.left(i));
      break;
    }
  }
  seen = 0;
  for (std::size_t i = bins.size(); i-- > 0;) {
    seen += static_cast<double>(bins[i]);
    if (seen > beyond) {
      high = std::min(high, histogram.left(i + 1));
      break;
    }
  }
  return with_zero(low, high);
}

// One end of the range at `steps` places from 0 to `end`, and the squared error of clipping to each.
struct End {
  std::vector<double> place;
  std::vector<double> clipping;
};

End candidates(const Histogram& histogram, double end, int steps) {
  End result;
  if (end == 0) return {{0.0}, {0.0}};
  const auto& bins = histogram.bins();
  for (int i = steps / 4; i <= steps; ++i) {
    const double place = end * i / steps;
    double error = 0;
    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
      if (bins[bin] == 0) continue;
      const double over = end > 0 ? histogram.centre(bin) - place : place - histogram.centre(bin);
      if (over > 0) error += static_cast<double>(bins[bin]) * over * over;
    }
    result.place.push_back(place);
    result.clipping.push_back(error);
  }
  return result;
}

// sum of clipped distances squared + total * step^2 / 12
Range mse_range(const Histogram& histogram, int levels) {
  constexpr int kSteps = 100;
  const End low = candidates(histogram, std::min(histogram.low(), 0.0f), kSteps);
  const End high = candidates(histogram, std::max(histogram.high(), 0.0f), kSteps);
  double best = std::numeric_limits<double>::infinity();
  Range range;
  for (std::size_t i = 0; i < low.place.size(); ++i)
    for (std::size_t j = 0; j < high.place.size(); ++j) {
      const double step = (high.place[j] - low.place[i]) / (levels - 1);
      const double error =
          low.clipping[i] + high.clipping[j] + static_cast<double>(histogram.total()) * step * step / 12;
      if (error < best) {
        best = error;
        range = with_zero(low.place[i], high.place[j]);
      }
    }
  return range;
}

// Divergence of |x| clipped to its first `kept` bins from the same merged into `levels` of equal width.
double divergence(const std::vector<double>& magnitudes, std::size_t kept, std::size_t levels, double outside) {
  double total = 0, sum = 0;
  for (std::size_t i = 0; i < kept; ++i) total += magnitudes[i];
  total += outside;
  for (std::size_t level = 0; level < levels; ++level) {
    const std::size_t from = level * kept / levels;
    const std::size_t to = (level + 1) * kept / levels;
    double mass = 0;
    std::size_t filled = 0;
    for (std::size_t i = from; i < to; ++i) {
      mass += magnitudes[i];
      filled += magnitudes[i] > 0;
    }
    for (std::size_t i = from; i < to; ++i) {
      const double p = (magnitudes[i] + (i + 1 == kept ? outside : 0)) / total;
      if (p == 0) continue;
      const double q = magnitudes[i] > 0 ? mass / static_cast<double>(filled) / (total - outside) : 1e-9;
      sum += p * std::log(p / q);
    }
  }
  return sum;
}

Range entropy_range(const Histogram& histogram, int levels) {
  constexpr std::size_t kMagnitudes = 2048;
  const std::size_t merge = Histogram::kBins / 2 / kMagnitudes;
  std::vector<double> magnitudes(kMagnitudes, 0.0);
  const std::size_t middle = Histogram::kBins / 2;
  for (std::size_t i = 0; i < middle; ++i)
    magnitudes[i / merge] += static_cast<double>(histogram.bins()[middle + i] + histogram.bins()[middle - 1 - i]);
  const auto half_levels = static_cast<std::size_t>(levels / 2);
  if (half_levels >= kMagnitudes) return with_zero(histogram.low(), histogram.high());
  double total = 0;
  for (double mass : magnitudes) total += mass;
  double best = std::numeric_limits<double>::infinity(), inside = 0;
  std::size_t kept = kMagnitudes;
  for (std::size_t i = 0; i < kMagnitudes; ++i) {
    inside += magnitudes[i];
    if (i + 1 < half_levels) continue;
    const double value = divergence(magnitudes, i + 1, half_levels, std::max(0.0, total - inside));
    if (value < best) {
      best = value;
      kept = i + 1;
    }
  }
  const double threshold = histogram.reach() * static_cast<double>(kept) / static_cast<double>(kMagnitudes);
  return with_zero(std::max<double>(histogram.low(), -threshold), std::min<double>(histogram.high(), threshold));
}

}  // namespace

std::span<const std::string_view> range_method_names() { return kNames; }

std::optional<RangeMethod> range_method_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<RangeMethod>(found - kNames.begin());
}

Range choose_range(const Histogram& histogram, const RangeOptions& options, int levels) {
  if (histogram.empty()) return {};
  switch (options.method) {
    case RangeMethod::min_max: break;
    case RangeMethod::percentile: return percentile_range(histogram, options.percentile);
    case RangeMethod::entropy: return entropy_range(histogram, levels);
    case RangeMethod::mse: return mse_range(histogram, levels);
  }
  return with_zero(histogram.low(), histogram.high());
}

}  // namespace diolkos::quantize
