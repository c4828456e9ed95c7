#include "measure/bench_table.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "measure/row_json.h"
#include "measure/statistics.h"

namespace diolkos::measure {
namespace {

using Json = nlohmann::ordered_json;

std::string verdict_of(const BenchRecord& record) {
  const std::string name(name_of(record.verdict.stability));
  return record.verdict.reason.empty() ? name : name + ": " + record.verdict.reason;
}

std::string line_of(const BenchRow& row, std::size_t width, double best) {
  if (!row.record) return fmt::format("  {:<{}}  not measured: {}\n", row.label, width, row.missing);
  const BenchRecord& record = *row.record;
  const Summary summary = summarize(record.latency.samples_ms);
  const Interval interval = median_interval(record.latency.samples_ms, record.starts);
  return fmt::format("  {:<{}}{:>10.2f}{:>18}{:>10.2f}{:>9.2f}{:>8.2f}   {}\n", row.label, width, summary.median,
                     fmt::format("{:.2f} - {:.2f}", interval.low, interval.high), summary.p90,
                     summary.median > 0 ? 1000 / summary.median : 0, summary.median > 0 ? best / summary.median : 0,
                     verdict_of(record));
}

// Under its row, so that nobody takes it for one.
std::string claim_of(const BenchRow& row, std::size_t width) {
  if (!row.record || row.record->asynchronous.submit_ms.empty()) return "";
  const FalseClaim claim = false_claim(row.record->asynchronous);
  return fmt::format("  {:<{}}{:>10.4f}{:>18}{:>10}{:>9.0f}{:>8}   wrong: queueing alone, {:.0f} times too fast\n",
                     "  not synchronised", width, claim.median_ms, "-", "-",
                     claim.median_ms > 0 ? 1000 / claim.median_ms : 0, "-", claim.times);
}

std::string stage_lines(const BenchTable& table, std::size_t width) {
  std::string text;
  for (const BenchRow& row : table.rows) {
    if (!row.record || row.record->stages.frames_ms.empty()) continue;
    const BenchStages& stages = row.record->stages;
    if (text.empty()) {
      text = fmt::format("\n  {:<{}}", "median ms of frames", width);
      for (const std::string_view name : kBenchStageNames) text += fmt::format("{:>12}", name);
      text += fmt::format("{:>12}\n", "whole");
    }
    text += fmt::format("  {:<{}}", row.label, width);
    for (std::size_t i = 0; i < kBenchStageNames.size(); ++i)
      text += fmt::format("{:>12.3f}", summarize(stages.samples(static_cast<BenchStage>(i))).median);
    text += fmt::format("{:>12.3f}\n", summarize(stages.whole()).median);
  }
  return text;
}

}  // namespace

std::string to_json(const BenchTable& table) {
  Json rows = Json::array();
  for (const BenchRow& row : table.rows) rows.push_back(Json::parse(row_json(row)));
  const Json document = {{"schema", "diolkos.bench_table/2"}, {"rounds", table.rounds}, {"rows", std::move(rows)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_text(const BenchTable& table) {
  std::size_t width = 20;
  double first = 0;
  for (const BenchRow& row : table.rows) {
    width = std::max(width, row.label.size());
    if (row.record && first == 0) first = summarize(row.record->latency.samples_ms).median;
  }
  std::string text = fmt::format("{}, {} rounds in turn\n", table.machine.cpu, table.rounds);
  text += fmt::format("  {:<{}}{:>10}{:>18}{:>10}{:>9}{:>8}   {}\n", "row", width, "median ms", "95 % interval",
                      "p90 ms", "FPS", "x first", "verdict");
  for (const BenchRow& row : table.rows) text += line_of(row, width, first) + claim_of(row, width);
  return text + stage_lines(table, width);
}

}  // namespace diolkos::measure
