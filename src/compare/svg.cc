// The picture: one bar a layer, its height the SQNR in decibels, cut at 60.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "compare/report.h"

namespace diolkos::compare {
namespace {

constexpr double kTop = 50, kLeft = 46, kHeight = 260, kMostDb = 60;
constexpr const char* kGood = "#4477aa";  // apart for the colour-blind as well, and in grey
constexpr const char* kBad = "#cc6677";

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '&') result += "&amp;";
    else if (letter == '<') result += "&lt;";
    else if (letter == '>') result += "&gt;";
    else if (letter == '"') result += "&quot;";
    else if (static_cast<unsigned char>(letter) >= 0x20) result += letter;
  }
  return result;
}

double height_of(double db) { return std::clamp(db, 0.0, kMostDb) / kMostDb * kHeight; }

std::string bar(const Layer& layer, double x, double width, double bad_below_db) {
  const double db = layer.errors.sqnr_db();
  const double height = std::max(1.0, height_of(db));
  return fmt::format(
      "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"{}\"><title>{} ({}, {}): {:.1f} dB"
      "</title></rect>\n",
      x, kTop + kHeight - height, width, height, db < bad_below_db ? kBad : kGood, escaped(layer.name),
      escaped(layer.op), layer.precision, std::isinf(db) ? 999.0 : db);
}

// The name of a proposed layer, upright beside its bar.
std::string label(const Layer& layer, double x) {
  return fmt::format("<text transform=\"translate({:.2f},{:.2f}) rotate(90)\" font-size=\"10\">{}</text>\n", x - 3,
                     kTop + kHeight + 8, escaped(layer.name));
}

std::string axis(double width) {
  std::string text;
  for (int db = 0; db <= static_cast<int>(kMostDb); db += 10) {
    const double y = kTop + kHeight - height_of(db);
    text += fmt::format(
        "<line x1=\"{0}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"#ccc\"/><text x=\"{3}\" y=\"{4:.1f}\" "
        "font-size=\"10\" text-anchor=\"end\">{5}</text>\n",
        kLeft, kLeft + width, y, kLeft - 5, y + 3, db);
  }
  return text;
}

}  // namespace

std::string to_svg(const Comparison& comparison, const ReportContext& context) {
  const std::size_t count = std::max<std::size_t>(1, comparison.layers.size());
  const double step = std::clamp(1100.0 / static_cast<double>(count), 4.0, 24.0);
  const double width = std::max(480.0, step * static_cast<double>(count));
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
      "font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      "<text x=\"{2}\" y=\"20\" font-size=\"14\">SQNR by layer, dB: {3} against {4}</text>\n"
      "<text x=\"{2}\" y=\"37\" font-size=\"11\">on {5}; red: under {6:.0f} dB; named: what loses most by "
      "itself</text>\n",
      kLeft + width + 14, kTop + kHeight + 170, kLeft, escaped(context.other), escaped(context.reference),
      escaped(context.inputs), context.bad_below_db);
  svg += axis(width);
  for (std::size_t i = 0; i < comparison.layers.size(); ++i)
    svg += bar(comparison.layers[i], kLeft + step * static_cast<double>(i), step * 0.8, context.bad_below_db);
  for (const std::size_t i : comparison.proposals)
    svg += label(comparison.layers[i], kLeft + step * (static_cast<double>(i) + 0.4));
  return svg + "</svg>\n";
}

}  // namespace diolkos::compare
