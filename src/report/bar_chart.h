// Bars from the left, one below the other, with their figures and intervals.
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

std::string svg(const BarChart& chart);

}  // namespace diolkos::report
