#include "eval_rows.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "comma_list.h"
#include "evaluate/eval_table.h"
#include "evaluate/label_runs.h"

namespace diolkos::cli {
namespace {

struct Row {
  std::string model, runtime, precision;  // the precision that was computed in, once that is known
  evaluate::EvalRow shown;
  std::vector<evaluate::LabelRuns> labels;
};

bool is_there(const std::vector<Row>& rows, const Row& wanted) {
  return std::ranges::any_of(rows, [&](const Row& row) {
    return row.model == wanted.model && row.runtime == wanted.runtime && row.precision == wanted.precision;
  });
}

// Nothing where the row turns out to be one that is there already.
Status evaluate_row(const EvalOptions& options, const evaluate::Dataset& dataset, Row row, std::vector<Row>& rows) {
  auto network = open_for_eval(options, row.model, runtime_of(options, row.runtime, row.precision));
  if (network && network->network != nullptr) {
    row.precision = network->running.precision;
    if (is_there(rows, row)) return {};
    const auto keep = [&](const segmentation::Image& predicted) { row.labels.emplace_back(predicted); };
    TRY_ASSIGN(row.shown.record, evaluate_network(options, dataset, {}, *network, keep));
  } else {
    row.shown.missing = network ? network->running.refusal : network.error().message;
  }
  rows.push_back(std::move(row));
  return {};
}

void name_rows(std::vector<Row>& rows, bool several_models) {
  for (Row& row : rows) {
    row.shown.label = row_label(row.model, row.runtime, row.precision, several_models);
  }
}

evaluate::EvalTable table_of(std::vector<Row> rows) {
  evaluate::EvalTable table;
  for (const Row& a : rows) {
    auto& shares = table.agreement.emplace_back();
    for (const Row& b : rows)
      shares.push_back(a.shown.record && b.shown.record ? std::optional(evaluate::agreement(a.labels, b.labels))
                                                        : std::nullopt);
  }
  for (Row& row : rows) table.rows.push_back(std::move(row.shown));
  return table;
}

}  // namespace

RuntimeOptions runtime_of(const EvalOptions& base, const std::string& runtime, const std::string& precision) {
  RuntimeOptions options = base.runtime;
  options.runtime = runtime;
  options.precision = precision;
  if (runtime == "native") return options;
  clear_native(options);
  return options;
}

void warn_of_native_rows(const EvalOptions& options) {
  for (const std::string& runtime : split_commas(options.runtime.runtime))
    warn_of_native(options.runtime, runtime, "rows of " + runtime);
}

std::string row_label(const std::string& model, const std::string& runtime, const std::string& precision,
                      bool several_models) {
  const std::string how = runtime + " " + precision;
  return several_models ? std::filesystem::path(model).filename().string() + " " + how : how;
}

std::string kind_of(const std::string& precision) {
  const std::string first = precision.substr(0, precision.find('+'));
  return first.starts_with('u') ? first.substr(1) : first;
}

bool asks_for_eval_rows(const EvalOptions& options) {
  return options.models.size() > 1 || has_comma(options.runtime.runtime) || has_comma(options.runtime.precision);
}

Result<ExitStatus> eval_rows(const EvalOptions& options, const evaluate::Dataset& dataset) {
  warn_of_native_rows(options);
  std::vector<Row> rows;
  for (const std::string& model : options.models)
    for (const std::string& runtime : split_commas(options.runtime.runtime))
      for (const std::string& precision : split_commas(options.runtime.precision))
        TRY(evaluate_row(options, dataset, {model, runtime, precision, {}, {}}, rows));
  leave_out_what_others_have(rows, [](const Row& row) { return row.shown.record.has_value(); });
  name_rows(rows, options.models.size() > 1);
  const evaluate::EvalTable table = table_of(std::move(rows));
  TRY(write_eval(options, to_json(table), to_text(table)));
  const bool any = std::ranges::any_of(table.rows, [](const evaluate::EvalRow& row) { return row.record.has_value(); });
  return any ? kOk : kFailure;
}

}  // namespace diolkos::cli
