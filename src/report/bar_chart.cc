#include "report/bar_chart.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/chart_parts.h"
#include "report/escape.h"

namespace diolkos::report {
namespace {

constexpr int kLabels = 290;   // for the bars' names
constexpr int kBarsEnd = 660;  // the rest is for the figures
constexpr int kRow = 28;
constexpr int kTop = 34;  // with a legend
constexpr std::size_t kLongestLabel = 40;

std::string shortened(const std::string& label) {
  if (label.size() <= kLongestLabel) return html(label);
  std::size_t end = kLongestLabel - 1;
  while (end > 0 && (static_cast<unsigned char>(label[end]) & 0xc0) == 0x80) --end;  // not within a character
  return html(label.substr(0, end)) + "…";
}

// A colour, and over it lines in a direction of its own: told apart in gray as well.
std::string fill(std::size_t part, double x, double y, double width, double height) {
  const char* const colour = kColours[part % kColours.size()];
  std::string text = fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n",
                                 x, y, width, height, colour);
  if (part > 0)
    text += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"url(#h{})\"/>\n", x,
                        y, width, height, part % kColours.size());
  return text;
}

std::string hatchings(std::size_t parts) {
  std::string text = "<defs>\n";
  for (std::size_t part = 1; part < std::min(parts, kColours.size()); ++part)
    text += fmt::format(
        "<pattern id=\"h{}\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate({})\">"
        "<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"7\" stroke=\"#fff\" stroke-width=\"1.6\"/></pattern>\n",
        part, 36 * part);
  return text + "</defs>\n";
}

double length_of(const Bar& bar) {
  double sum = 0;
  for (const double part : bar.parts) sum += part;
  return std::max(sum, bar.high);
}

std::string legend(const BarChart& chart) {
  std::string text;
  double x = 8;
  for (std::size_t part = 0; part < chart.part_names.size(); ++part) {
    text += fill(part, x, 10, 14, 14);
    text += fmt::format("<text x=\"{:.0f}\" y=\"22\">{}</text>\n", x + 19, html(chart.part_names[part]));
    x += 30 + 7.0 * static_cast<double>(chart.part_names[part].size());
  }
  return text;
}

std::string bar_of(const Bar& bar, double top, double scale) {
  std::string text =
      fmt::format("<text x=\"{}\" y=\"{:.0f}\" text-anchor=\"end\" class=\"name\"><title>{}</title>{}</text>\n",
                  kLabels - 8, top + 17, html(bar.label), shortened(bar.label));
  if (!bar.absent.empty())
    return text +
           fmt::format("<text x=\"{}\" y=\"{:.0f}\" class=\"absent\">not measured</text>\n", kLabels + 4, top + 17);
  double x = kLabels;
  for (std::size_t part = 0; part < bar.parts.size(); ++part) {
    text += fill(part, x, top + 4, bar.parts[part] * scale, kRow - 8);
    x += bar.parts[part] * scale;
  }
  if (bar.high > bar.low)
    text +=
        fmt::format("<path d=\"M{0:.1f} {2:.0f}H{1:.1f}M{0:.1f} {3:.0f}v8M{1:.1f} {3:.0f}v8\" class=\"interval\"/>\n",
                    kLabels + bar.low * scale, kLabels + bar.high * scale, top + kRow / 2, top + kRow / 2 - 4);
  const double end = std::max(x, kLabels + bar.high * scale);
  return text + fmt::format("<text x=\"{:.1f}\" y=\"{:.0f}\">{}</text>\n", end + 6, top + 17, html(bar.text));
}

}  // namespace

std::string svg(const BarChart& chart) {
  double most = 0;
  std::size_t parts = 1;
  for (const Bar& bar : chart.bars) {
    most = std::max(most, length_of(bar));
    parts = std::max(parts, bar.parts.size());
  }
  if (!(most > 0) || !std::isfinite(most)) most = 1;
  const int top = chart.part_names.empty() ? kTop - 26 : kTop;
  const int bottom = top + kRow * static_cast<int>(chart.bars.size());
  const double scale = (kBarsEnd - kLabels) / most;
  std::string text = chart_opening(chart.title, bottom + 36) + hatchings(parts) + legend(chart);
  const double tick = tick_of(most);
  for (double value = 0; value <= most * 1.0001; value += tick)
    text += upright_line(kLabels + value * scale, top, bottom, bottom + 15, value);
  for (std::size_t i = 0; i < chart.bars.size(); ++i)
    text += bar_of(chart.bars[i], top + kRow * static_cast<double>(i), scale);
  text += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\" class=\"tick\">{}</text>\n", kBarsEnd, bottom + 31,
                      html(chart.unit));
  return text + "</svg>\n";
}

}  // namespace diolkos::report
