// A row of a table of results as JSON: its label, and the members of its record or why there is none.
#pragma once

#include <string>
#include <string_view>

namespace diolkos::measure {

// {"label": ..., members...} of `record`, an object's text, or where that is empty {"label": ..., "missing": ...}.
std::string row_json(std::string_view label, std::string_view record, std::string_view missing);

// Of a row with a label, an optional record that a to_json() knows, and what is missing.
template <class Row>
std::string row_json(const Row& row) {
  return row_json(row.label, row.record ? to_json(*row.record) : std::string(), row.missing);
}

}  // namespace diolkos::measure
