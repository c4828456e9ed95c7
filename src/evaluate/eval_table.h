// Several networks, runtimes or precisions on the same images, and how far they agree with each other; its JSON form
// "diolkos.eval_table/1" (docs/results.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluate/eval_record.h"

namespace diolkos::evaluate {

struct EvalRow {
  std::string label;
  std::optional<EvalRecord> record;
  std::string missing;  // why there is no record
};

struct EvalTable {
  std::vector<EvalRow> rows;
  // [row][row]: the share of pixels that both give the same class, void ones included; nullopt beside a missing row.
  std::vector<std::vector<std::optional<double>>> agreement;
};

std::string to_json(const EvalTable& table);
std::string to_text(const EvalTable& table);

}  // namespace diolkos::evaluate
