#include "report/chart_parts.h"

#include <cmath>

#include <fmt/format.h>

#include "report/escape.h"

namespace diolkos::report {
namespace {

constexpr int kWidth = 760;

}  // namespace

std::string chart_opening(const std::string& title, int height) {
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" "
      "xmlns=\"http://www.w3.org/2000/svg\">\n<title>{}</title>\n",
      kWidth, height, html(title), html(title));
}

double tick_of(double most) {
  const double power = std::pow(10, std::floor(std::log10(most / 4)));
  const double ratio = most / 4 / power;
  return power * (ratio >= 5 ? 5 : ratio >= 2 ? 2 : 1);
}

std::string upright_line(double x, int top, int bottom, int text_at, double value) {
  return fmt::format(
      "<path d=\"M{0:.1f} {1}V{2}\" class=\"grid\"/>\n<text x=\"{0:.1f}\" y=\"{3}\" "
      "text-anchor=\"middle\" class=\"tick\">{4:g}</text>\n",
      x, top, bottom, text_at, value);
}

}  // namespace diolkos::report
