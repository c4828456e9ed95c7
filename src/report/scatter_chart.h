// Points in a field, numbered as in the table below.
#pragma once

#include <string>
#include <vector>

namespace diolkos::report {

struct Point {
  std::string label;
  double x = 0, y = 0, low = 0, high = 0;  // of y, where high > low
};

struct ScatterChart {
  std::string title, x_title, y_title;
  std::vector<Point> points;
};

std::string svg(const ScatterChart& chart);

}  // namespace diolkos::report
