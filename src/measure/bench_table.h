// Rows measured in turn, and those that could not be; its JSON form "diolkos.bench_table/2" (docs/results.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "measure/bench_record.h"

namespace diolkos::measure {

struct BenchRow {
  std::string label;
  std::optional<BenchRecord> record;
  std::string missing;  // why there is no record: what would bring the runtime, or why the measurement is refused
};

struct BenchTable {
  std::vector<BenchRow> rows;
  int rounds = 1;
  Machine machine;
};

std::string to_json(const BenchTable& table);
std::string to_text(const BenchTable& table);

}  // namespace diolkos::measure
