#include "bench_rows_options.h"

#include <charconv>

#include <fmt/format.h>

#include "comma_list.h"
#include "history/history.h"
#include "output.h"

namespace diolkos::cli {

Result<std::vector<int>> parse_threads(const std::string& text) {
  constexpr int kMostThreads = 1024;
  std::vector<int> counts;
  for (const std::string& part : split_commas(text.empty() ? "0" : text)) {
    int count = 0;
    const auto [rest, error] = std::from_chars(part.data(), part.data() + part.size(), count);
    if (error != std::errc() || rest != part.data() + part.size() || count < 0 || count > kMostThreads)
      return failure(ErrorCode::usage,
                     fmt::format("--threads {}: expected 0 to {}, or several with commas", text, kMostThreads));
    counts.push_back(count);
  }
  return counts;
}

void add_rows_options(CLI::App& command, RowsOptions& options) {
  command.remove_option(command.get_option("--threads"));
  command.add_option("-t,--threads", options.threads,
                     "Threads, or several: 1,2; 0 for all that this process may use [0]");
  command.add_option("--matrix", options.matrix, "A file of rows to measure in turn, as bench/article.toml");
  command.add_option("--rounds", options.rounds, "Turns that each of several rows has, one a start at least [5]")
      ->check(CLI::Range(1, 1000));
  command.add_flag("--require-stable", options.require_stable, "Exit status 4 unless the measurement is stable");
  command.add_option("--history", options.history, "Keep the result in this database: see 'diolkos history --help'");
}

Status write_result(const RowsOptions& options, const std::string& document) {
  if (!options.json.empty()) TRY(write_document(options.json, document));
  if (!options.history.empty()) TRY(history::add(options.history, document, history::now()));
  return {};
}

bool asks_for_rows(const RuntimeOptions& runtime, const RowsOptions& rows) {
  return !rows.matrix.empty() || has_comma(runtime.runtime) || has_comma(runtime.precision) || has_comma(rows.threads);
}

Result<measure::Matrix> combinations(const RuntimeOptions& runtime, const RowsOptions& options) {
  TRY_ASSIGN(const std::vector<int> threads, parse_threads(options.threads));
  measure::Matrix matrix;
  for (const std::string& name : split_commas(runtime.runtime))
    for (const std::string& precision : split_commas(runtime.precision))
      for (const int count : threads) {
        std::string label = fmt::format("{} {}", name, precision);
        if (threads.size() > 1) label += fmt::format(" x{}", count);
        measure::MatrixRow row;
        row.name = std::move(label);
        row.runtime = name;
        row.precision = precision;
        row.device = runtime.device;
        row.threads = count;
        matrix.rows.push_back(std::move(row));
      }
  return matrix;
}

}  // namespace diolkos::cli
