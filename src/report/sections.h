// A report's parts, the same for HTML and Markdown.
#pragma once

#include <string>
#include <vector>

#include "report/results.h"

namespace diolkos::report {

struct Table {
  std::vector<std::string> headers;
  std::vector<std::vector<std::string>> rows;
  std::size_t text_columns = 1;  // so many on the left hold text, the rest numbers
};

struct Section {
  std::string title;
  std::string note;  // how to read it
  std::string svg;   // empty where there is no chart
  Table table;
};

// Those that the results have something for: frames a second by environment, post-processing, speed against accuracy,
// accuracy, agreement, stages, errors and times by layer, machines.
std::vector<Section> sections_of(const Results& results);

}  // namespace diolkos::report
