#include "measure/layers.h"

#include <fmt/format.h>

#include "measure/statistics.h"

namespace diolkos::measure {

double LayerTimes::milliseconds() const {
  double sum = 0;
  for (const Layer& layer : layers) sum += layer.milliseconds;
  return sum;
}

double LayerTimes::gflops(const Layer& layer) {
  return layer.milliseconds > 0 ? 2e-6 * static_cast<double>(layer.multiply_adds) / layer.milliseconds : 0;
}

double LayerTimes::share_of_peak(const Layer& layer) const { return peak_gflops > 0 ? gflops(layer) / peak_gflops : 0; }

double LayerTimes::share_of_time(const Layer& layer) const {
  const double whole = milliseconds();
  return whole > 0 ? layer.milliseconds / whole : 0;
}

LayerTimes median_of(std::span<const std::vector<Layer>> runs) {
  LayerTimes times;
  if (runs.empty()) return times;
  times.layers = runs.front();
  std::vector<double> samples;
  for (std::size_t i = 0; i < times.layers.size(); ++i) {
    samples.clear();
    for (const std::vector<Layer>& run : runs) samples.push_back(run[i].milliseconds);
    times.layers[i].milliseconds = summarize(samples).median;
  }
  return times;
}

std::string to_text(const LayerTimes& times) {
  std::string text = fmt::format("\n{:>9} {:>6} {:>8} {:>9} {:>6}  {:<30} {}\n", "ms", "time", "GMAC", "GFLOP/s",
                                 "peak", "kernel", "layer");
  std::int64_t multiply_adds = 0;
  for (const Layer& layer : times.layers) {
    const bool counted = layer.multiply_adds > 0;
    multiply_adds += layer.multiply_adds;
    text += fmt::format(
        "{:>9.3f} {:>5.1f}% {:>8} {:>9} {:>6}  {:<30} {}\n", layer.milliseconds, 100 * times.share_of_time(layer),
        counted ? fmt::format("{:.3f}", 1e-9 * static_cast<double>(layer.multiply_adds)) : "",
        counted ? fmt::format("{:.1f}", LayerTimes::gflops(layer)) : "",
        counted && times.peak_gflops > 0 ? fmt::format("{:.0f}%", 100 * times.share_of_peak(layer)) : "", layer.kernel,
        layer.name);
    if (!layer.reason.empty()) text += fmt::format("{:>44}  {}\n", "", layer.reason);
  }
  const Layer whole{"", "", "", multiply_adds, times.milliseconds()};
  text += fmt::format("{:>9.3f} ms in {} steps", whole.milliseconds, times.layers.size());
  if (times.peak_gflops > 0)
    text += fmt::format(
        ", {:.1f} GFLOP/s, {:.0f}% of this machine's {:.1f} (multiply-adds as written, so that Winograd's "
        "method may pass 100%)",
        LayerTimes::gflops(whole), 100 * times.share_of_peak(whole), times.peak_gflops);
  return text + "\n";
}

}  // namespace diolkos::measure
