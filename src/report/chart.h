// Charts as inline SVG: they scale with the page, print in gray (hatching beside colour) and need no script. Colours
// are Okabe and Ito's, which the colour-blind can tell apart.
#pragma once

#include <string>
#include <vector>

namespace diolkos::report {

struct Bar {
  std::string label;
  std::vector<double> parts;  // one, or the stacked parts
  double low = 0, high = 0;   // an interval, where high > low
  std::string text;           // at the bar's end: "12.3"
  std::string absent;         // shown in place of a bar
};

struct BarChart {
  std::string title, unit;
  std::vector<std::string> part_names;  // a legend, where bars are stacked
  std::vector<Bar> bars;
};

struct Point {
  std::string label;
  double x = 0, y = 0, low = 0, high = 0;  // of y, where high > low
};

struct ScatterChart {
  std::string title, x_title, y_title;
  std::vector<Point> points;
};

std::string svg(const BarChart& chart);
std::string svg(const ScatterChart& chart);

}  // namespace diolkos::report
