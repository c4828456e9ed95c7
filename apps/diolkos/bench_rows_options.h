// What of `diolkos bench` asks for several rows, and where results go.
#pragma once

#include <string>
#include <vector>

#include "command.h"
#include "measure/matrix.h"
#include "model_options.h"

namespace diolkos::cli {

struct RowsOptions {
  std::string matrix;   // --matrix: a file of rows
  std::string threads;  // --threads: "1,2"
  int rounds = 0;       // 0: the matrix's, or 5
  bool require_stable = false;
  std::string json, history;
};

// --matrix, --rounds, --require-stable, --history; and --threads anew, which here may be several.
void add_rows_options(CLI::App& command, RowsOptions& options);

// To --json and --history, where they are given.
Status write_result(const RowsOptions& options, const std::string& document);

// Whether the options ask for more than one row.
bool asks_for_rows(const RuntimeOptions& runtime, const RowsOptions& rows);

Result<std::vector<int>> parse_threads(const std::string& text);  // "1,2"

// Every combination of --runtime, --precision and --threads.
Result<measure::Matrix> combinations(const RuntimeOptions& runtime, const RowsOptions& options);

}  // namespace diolkos::cli
