// `diolkos bench` of several runtimes, precisions and thread counts, measured in turn.
#pragma once

#include "bench_rows_options.h"
#include "bench_stages.h"
#include "bench_starts.h"
#include "command.h"
#include "measure/latency.h"
#include "model_options.h"

namespace diolkos::cli {

// Every combination of --runtime, --precision and --threads, or the rows of the matrix. What cannot be measured is
// shown with what is missing.
Result<ExitStatus> bench_rows(const ModelOptions& model, const RuntimeOptions& runtime, const RowsOptions& rows,
                              const StartsOptions& starts, const StagesOptions& stages,
                              const measure::LatencyProtocol& protocol);

}  // namespace diolkos::cli
