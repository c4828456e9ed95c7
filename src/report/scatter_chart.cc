#include "report/scatter_chart.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/chart_parts.h"
#include "report/escape.h"

namespace diolkos::report {
namespace {

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

std::string svg(const ScatterChart& chart) {
  const Field field(chart.points);
  std::string text = chart_opening(chart.title, Field::kLower + 44) + field.grid();
  for (std::size_t i = 0; i < chart.points.size(); ++i) text += point_of(chart.points[i], i, field);
  text += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\" class=\"tick\">{}</text>\n", Field::kRight,
                      Field::kLower + 36, html(chart.x_title));
  text += fmt::format("<text x=\"{}\" y=\"14\" class=\"tick\">{}</text>\n", Field::kLeft, html(chart.y_title));
  return text + "</svg>\n";
}

}  // namespace diolkos::report
