// The starts of `diolkos bench`: this program run anew again and again, each run measuring its share.
#pragma once

#include <string>
#include <vector>

#include "base/function_ref.h"
#include "command.h"
#include "measure/bench_record.h"
#include "measure/starts.h"

namespace diolkos::cli {

struct StartsOptions {
  int count = 0;              // --starts; 0: chosen by what one costs
  bool samples_only = false;  // this process is such a start: no checks, and nothing but samples
  // What such a process is given: the model, and the options of rows and runtimes.
  std::vector<std::string> command;
};

void add_starts_options(CLI::App& command, StartsOptions& options);
// Sets options.command from what was given to `command`.
void take_command(const CLI::App& command, const std::string& model, StartsOptions& options);

// All starts but the last, which is this process's own.
struct EarlierStarts {
  std::vector<std::vector<measure::RowStart>> starts;  // of each, the rows
  measure::LatencyProtocol own;                        // what is left for this process
  int own_rounds = 1, rounds = 1;                      // in turn with other rows: here, and in all
  // Why one of them measured nothing. Whatever is wrong is likely to be so here as well, and better told.
  Status status;
};

// As many starts as asked for, each with its share of the protocol and of `rounds`, at least one. `progress` is called
// after each. Where this program cannot be started anew there are none, and a note says so.
EarlierStarts run_earlier_starts(const StartsOptions& options, const measure::LatencyProtocol& protocol, int rounds,
                                 FunctionRef<void(int done, int starts)> progress);

// Puts the samples of earlier starts of the row before its own, which `record` has, and tells its starts.
Status join_starts(const EarlierStarts& earlier, std::size_t row, measure::BenchRecord& record);

}  // namespace diolkos::cli
