#include "report/chart.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "report/escape.h"

namespace diolkos::report {
namespace {

constexpr std::array<const char*, 8> kColours = {"#0072B2", "#E69F00", "#009E73", "#CC79A7",
                                                 "#56B4E9", "#D55E00", "#F0E442", "#666666"};
constexpr int kWidth = 760;
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

// 1, 2 or 5 times a power of ten, for four to ten ticks up to `most`.
double tick_of(double most) {
  const double power = std::pow(10, std::floor(std::log10(most / 4)));
  const double ratio = most / 4 / power;
  return power * (ratio >= 5 ? 5 : ratio >= 2 ? 2 : 1);
}

std::string opening(const std::string& title, int height) {
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" "
      "xmlns=\"http://www.w3.org/2000/svg\">\n<title>{}</title>\n",
      kWidth, height, html(title), html(title));
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

// Of a grid, with the value that it stands for.
std::string upright_line(double x, int top, int bottom, int text_at, double value) {
  return fmt::format(
      "<path d=\"M{0:.1f} {1}V{2}\" class=\"grid\"/>\n<text x=\"{0:.1f}\" y=\"{3}\" "
      "text-anchor=\"middle\" class=\"tick\">{4:g}</text>\n",
      x, top, bottom, text_at, value);
}

// Where a point of a scatter chart lies.
class Field {
 public:
  explicit Field(const std::vector<Point>& points) {
    for (const Point& point : points) {
      const bool spread = point.high > point.low;
      right_ = std::max(right_, point.x);
      low_ = std::min({low_, point.y, spread ? point.low : point.y});
      high_ = std::max({high_, point.y, spread ? point.high : point.y});
    }
    if (!(right_ > 0) || !std::isfinite(right_)) right_ = 1;
    if (high_ > low_) return;
    low_ -= 1;
    high_ += 1;
  }

  double x(double value) const { return kLeft + value / right_ * (kRight - kLeft); }
  double y(double value) const { return kLower - (value - low_) / (high_ - low_) * (kLower - kUpper); }

  std::string grid() const {
    std::string text;
    for (double value = 0, tick = tick_of(right_); value <= right_ * 1.0001; value += tick)
      text += upright_line(x(value), kUpper, kLower, kLower + 16, value);
    const double tick = tick_of(high_ - low_);
    for (double value = std::ceil(low_ / tick) * tick; value <= high_ + 1e-9; value += tick)
      text += fmt::format(
          "<path d=\"M{1} {0:.1f}H{2}\" class=\"grid\"/>\n<text x=\"{3}\" y=\"{4:.1f}\" "
          "text-anchor=\"end\" class=\"tick\">{5:g}</text>\n",
          y(value), kLeft, kRight, kLeft - 6, y(value) + 4, value);
    return text;
  }

  static constexpr int kLeft = 60, kRight = 600, kUpper = 20, kLower = 330;

 private:
  double right_ = 0, low_ = 1e300, high_ = -1e300;
};

std::string point_of(const Point& point, std::size_t number, const Field& field) {
  const double x = field.x(point.x), y = field.y(point.y);
  std::string text;
  if (point.high > point.low)
    text += fmt::format("<path d=\"M{0:.1f} {1:.1f}V{2:.1f}\" class=\"interval\"/>\n", x, field.y(point.low),
                        field.y(point.high));
  return text + fmt::format(
                    "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\" fill=\"{}\" stroke=\"#fff\"/>\n"
                    "<text x=\"{:.1f}\" y=\"{:.1f}\"><title>{}</title>{}</text>\n",
                    x, y, kColours[number % kColours.size()], x + 10, y + 4, html(point.label), number + 1);
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
  std::string text = opening(chart.title, bottom + 36) + hatchings(parts) + legend(chart);
  const double tick = tick_of(most);
  for (double value = 0; value <= most * 1.0001; value += tick)
    text += upright_line(kLabels + value * scale, top, bottom, bottom + 15, value);
  for (std::size_t i = 0; i < chart.bars.size(); ++i)
    text += bar_of(chart.bars[i], top + kRow * static_cast<double>(i), scale);
  text += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\" class=\"tick\">{}</text>\n", kBarsEnd, bottom + 31,
                      html(chart.unit));
  return text + "</svg>\n";
}

std::string svg(const ScatterChart& chart) {
  const Field field(chart.points);
  std::string text = opening(chart.title, Field::kLower + 44) + field.grid();
  for (std::size_t i = 0; i < chart.points.size(); ++i) text += point_of(chart.points[i], i, field);
  text += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\" class=\"tick\">{}</text>\n", Field::kRight,
                      Field::kLower + 36, html(chart.x_title));
  text += fmt::format("<text x=\"{}\" y=\"14\" class=\"tick\">{}</text>\n", Field::kLeft, html(chart.y_title));
  return text + "</svg>\n";
}

}  // namespace diolkos::report
