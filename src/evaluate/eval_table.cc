#include "evaluate/eval_table.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "evaluate/figures.h"
#include "measure/row_json.h"

namespace diolkos::evaluate {
namespace {

using Json = nlohmann::ordered_json;

std::string percent(const std::optional<double>& value) { return value ? fmt::format("{:.2f}", 100 * *value) : "-"; }

std::string line_of(std::size_t number, const EvalRow& row, std::size_t width) {
  const std::string start = fmt::format("  {:>2} {:<{}}", number, row.label, width);
  if (!row.record) return fmt::format("{}  not evaluated: {}\n", start, row.missing);
  const EvalRecord& record = *row.record;
  const Figures figures = figures_of(record);
  const auto& interval = figures.mean_iou_interval;
  return fmt::format("{}{:>8.2f}{:>17}{:>10.2f}{:>10.2f}{:>8}{:>10.2f}\n", start, 100 * figures.confusion.mean_iou(),
                     fmt::format("{:.2f} - {:.2f}", 100 * interval.low, 100 * interval.high),
                     100 * figures.confusion.pixel_accuracy(), 100 * figures.mean_boundary_iou,
                     percent(figures.mean_average_precision),
                     record.elapsed_ms > 0 ? 1000 * static_cast<double>(record.images.size()) / record.elapsed_ms : 0);
}

std::string agreement_lines(const EvalTable& table, std::size_t width) {
  std::string text = fmt::format("\n     {:<{}}", "same class, % of pixels", width);
  for (std::size_t column = 1; column <= table.rows.size(); ++column) text += fmt::format("{:>8}", column);
  text += "\n";
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (!table.rows[row].record) continue;
    text += fmt::format("  {:>2} {:<{}}", row + 1, table.rows[row].label, width);
    for (const auto& share : table.agreement[row])
      text += share ? fmt::format("{:>8.3f}", 100 * *share) : fmt::format("{:>8}", "-");
    text += "\n";
  }
  return text;
}

// Each protocol once, with the rows that it holds for.
std::string protocol_lines(const EvalTable& table) {
  std::vector<const EvalRecord*> told;
  std::string text;
  for (const EvalRow& row : table.rows) {
    if (!row.record) continue;
    const bool known = std::ranges::any_of(
        told, [&](const EvalRecord* other) { return other->protocol == row.record->protocol; });
    if (known) continue;
    told.push_back(&*row.record);
    std::string rows;
    for (std::size_t i = 0; i < table.rows.size(); ++i)
      if (table.rows[i].record && table.rows[i].record->protocol == row.record->protocol)
        rows += fmt::format("{}{}", rows.empty() ? "" : ", ", i + 1);
    text += fmt::format("\n  row {}{}", rows, protocol_text(*row.record));
  }
  return text;
}

}  // namespace

std::string to_json(const EvalTable& table) {
  Json rows = Json::array();
  for (const EvalRow& row : table.rows) rows.push_back(Json::parse(measure::row_json(row)));
  Json agreement = Json::array();
  for (const auto& of_row : table.agreement) {
    Json shares = Json::array();
    for (const auto& share : of_row) shares.push_back(share ? Json(*share) : Json(nullptr));
    agreement.push_back(std::move(shares));
  }
  const Json document = {
      {"schema", "diolkos.eval_table/1"}, {"agreement", std::move(agreement)}, {"rows", std::move(rows)}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_text(const EvalTable& table) {
  std::size_t width = 24;
  for (const EvalRow& row : table.rows) width = std::max(width, row.label.size() + 1);
  std::string text = fmt::format("     {:<{}}{:>8}{:>17}{:>10}{:>10}{:>8}{:>10}\n", "row", width, "mIoU %",
                                 "95 % interval", "pixels %", "boundary", "mAP %", "images/s");
  for (std::size_t i = 0; i < table.rows.size(); ++i) text += line_of(i + 1, table.rows[i], width);
  return text + agreement_lines(table, width) + protocol_lines(table);
}

}  // namespace diolkos::evaluate
