#include "history/history.h"

#include <algorithm>
#include <ctime>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "history/database.h"
#include "history/entries_of.h"

namespace diolkos::history {
namespace {

constexpr double kLeastSlowdown = 0.02;
constexpr double kLeastFall = 0.0005;
constexpr std::string_view kColumns =
    "time, figure, model, runtime, precision, machine, protocol, threads, model_sha256, value, low, high, verdict";

auto key_of(const Entry& entry) {
  return std::tie(entry.figure, entry.model, entry.runtime, entry.precision, entry.machine, entry.protocol,
                  entry.threads);
}

Status insert(Database& database, const Entry& entry) {
  TRY_ASSIGN(Statement statement,
             database.prepare(fmt::format("INSERT INTO results ({}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", kColumns)));
  int place = 0;
  for (const std::string* text :
       {&entry.time, &entry.figure, &entry.model, &entry.runtime, &entry.precision, &entry.machine, &entry.protocol})
    statement.bind(++place, *text);
  statement.bind(++place, static_cast<double>(entry.threads));
  statement.bind(++place, entry.model_sha256);
  for (const double value : {entry.value, entry.low, entry.high}) statement.bind(++place, value);
  statement.bind(++place, entry.verdict);
  TRY(statement.step());
  return {};
}

bool is_regression(const Entry& before, const Entry& after) {
  if (after.figure == "mIoU") return after.value < before.value - kLeastFall;
  return after.value > before.value * (1 + kLeastSlowdown) && after.low > before.high && before.verdict == "stable" &&
         after.verdict == "stable";
}

}  // namespace

Status add(const std::filesystem::path& path, std::string_view document, std::string_view time) {
  TRY_ASSIGN(const std::vector<Entry> entries, entries_of(document, time));
  TRY_ASSIGN(Database database, Database::open(path, Database::Mode::write));
  TRY(database.run(
      "CREATE TABLE IF NOT EXISTS results (time TEXT, figure TEXT, model TEXT, runtime TEXT, precision TEXT, "
      "machine TEXT, protocol TEXT, threads INTEGER, model_sha256 TEXT, value REAL, low REAL, high REAL, "
      "verdict TEXT)"));
  TRY(database.run("BEGIN IMMEDIATE"));
  for (const Entry& entry : entries) TRY(insert(database, entry));
  return database.run("COMMIT");
}

Result<std::vector<Entry>> read(const std::filesystem::path& path, std::string_view model) {
  TRY_ASSIGN(Database database, Database::open(path, Database::Mode::read));
  TRY_ASSIGN(Statement statement,
             database.prepare(
                 fmt::format("SELECT {} FROM results WHERE instr(model, ?1) > 0 OR ?1 = '' ORDER BY rowid", kColumns)));
  statement.bind(1, model);
  std::vector<Entry> entries;
  for (;;) {
    TRY_ASSIGN(const bool more, statement.step());
    if (!more) return entries;
    Entry& entry = entries.emplace_back();
    int column = 0;
    for (std::string* text :
         {&entry.time, &entry.figure, &entry.model, &entry.runtime, &entry.precision, &entry.machine, &entry.protocol})
      *text = statement.text(column++);
    entry.threads = static_cast<int>(statement.number(column++));
    entry.model_sha256 = statement.text(column++);
    for (double* value : {&entry.value, &entry.low, &entry.high}) *value = statement.number(column++);
    entry.verdict = statement.text(column++);
  }
}

std::vector<Judged> judge(const std::vector<Entry>& entries) {
  std::vector<Judged> judged;
  std::map<std::tuple<std::string, std::string, std::string, std::string, std::string, std::string, int>, const Entry*>
      last;
  for (const Entry& entry : entries) {
    Judged line{entry, "", false};
    const Entry*& before = last[key_of(entry)];
    if (before != nullptr && before->value != 0) {
      line.change = fmt::format("{:+.1f} %", 100 * (entry.value / before->value - 1));
      line.regression = is_regression(*before, entry);
    }
    before = &entry;
    judged.push_back(std::move(line));
  }
  return judged;
}

std::string to_text(const std::vector<Judged>& judged) {
  std::size_t width = 5;
  for (const Judged& line : judged) width = std::max(width, line.entry.model.size());
  std::string text = fmt::format("{:<20}  {:<{}}  {:<24}{:<10}{:>10}{:>20}{:>10}\n", "time (UTC)", "model", width,
                                 "runtime", "figure", "value", "95 % interval", "change");
  for (const Judged& line : judged) {
    const Entry& entry = line.entry;
    std::string how = fmt::format("{} {}", entry.runtime, entry.precision);
    if (entry.threads > 0) how += fmt::format(" x{}", entry.threads);
    text += fmt::format("{:<20}  {:<{}}  {:<24}{:<10}{:>10.4g}{:>20}{:>10}{}{}\n", entry.time, entry.model, width, how,
                        entry.figure, entry.value, fmt::format("{:.4g} - {:.4g}", entry.low, entry.high), line.change,
                        line.regression ? "  REGRESSION" : "",
                        entry.verdict.empty() || entry.verdict == "stable" ? "" : fmt::format("  {}", entry.verdict));
  }
  return text;
}

std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace diolkos::history
