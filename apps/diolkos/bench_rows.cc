#include "bench_rows.h"

#include <fmt/format.h>

#include "bench_asynchronous.h"
#include "bench_network.h"
#include "measure/bench_table.h"
#include "measure/conditions.h"
#include "measure/trust.h"
#include "output.h"
#include "progress.h"

namespace diolkos::cli {
namespace {

constexpr int kMostRows = 200;

struct Row {
  measure::MatrixRow wanted;
  std::unique_ptr<Measured> measured;  // null where `missing` says why
  std::string missing;
  bool not_as_asked = false;
};

RuntimeOptions options_of(const measure::MatrixRow& row, const RuntimeOptions& base) {
  RuntimeOptions options = base;
  options.runtime = row.runtime;
  options.precision = row.precision;
  options.device = row.device;
  options.threads = row.threads;
  if (row.runtime != "native") clear_native(options);
  return options;
}

void give_up(Row& row, std::string reason, bool not_as_asked = false) {
  row.missing = std::move(reason);
  if (!row.wanted.brings.empty()) row.missing += "; needs " + row.wanted.brings;
  row.not_as_asked = not_as_asked;
  row.measured.reset();
}

// Outputs of the native runtime in float32 for the same input: what a precision is told by. Of networks whose file
// holds integers already there is none.
Result<std::vector<Tensor>> float_reference(const ModelOptions& model) {
  RuntimeOptions options;
  options.exact = true;
  TRY_ASSIGN(const auto reference, prepare(model, options));
  if (!reference->network.running.refusal.empty() || reference->network.running.precision != "fp32")
    return std::vector<Tensor>();
  TRY(reference->network.run(reference->inputs, reference->outputs));
  return std::move(reference->outputs);
}

void load_row(const ModelOptions& model, const RuntimeOptions& base, const std::string& machine, Row& row) {
  if (!row.wanted.machine.empty() && machine.find(row.wanted.machine) == std::string::npos)
    return give_up(row, fmt::format("this machine is no {}", row.wanted.machine));
  ModelOptions of_row = model;
  if (!row.wanted.model.empty()) of_row.model = row.wanted.model;
  const RuntimeOptions options = options_of(row.wanted, base);
  if (const Status sound = check_options(options); !sound) return give_up(row, sound.error().message);
  auto measured = prepare(of_row, options);
  if (!measured) return give_up(row, measured.error().message);
  // What a runtime does not offer is missing; what it loaded and does otherwise is not as asked.
  const Executable& network = (*measured)->network;
  if (!network.running.refusal.empty()) return give_up(row, network.running.refusal, network.run != nullptr);
  row.measured = std::move(*measured);
  if (const Status waits = check_synchronized(*row.measured); !waits) give_up(row, "refused: " + waits.error().message);
}

void check_precision(Row& row, std::span<const Tensor> reference) {
  if (!row.measured || reference.empty() || !row.wanted.model.empty()) return;
  const double found = measure::difference(row.measured->outputs, reference);
  const std::string& precision = row.wanted.precision;
  // A runtime tells how far its rounding goes from the same network in float32; integers are another network.
  const double tolerance = precision.starts_with("int") ? 1 : row.measured->network.running.tolerance;
  if (const Status same = measure::check_precision(precision, found, tolerance); !same)
    give_up(row, "refused: " + same.error().message, true);
}

// What is not measured in turn with the other rows: the runtime that works apart, and the stages of a frame.
Status measure_more(const StagesOptions& stages, const measure::LatencyProtocol& protocol, Measured& measured) {
  TRY(measure_asynchronous(measured));
  return stages.input.empty() ? Status() : measure_stages(stages, protocol, measured);
}

// A row's own samples and those of earlier starts, checked; and the rest.
Status finish_row(const StagesOptions& stages, const EarlierStarts& earlier, const measure::LatencyProtocol& protocol,
                  std::size_t index, Measured& measured) {
  measure::BenchRecord& record = measured.record;
  TRY(join_starts(earlier, index, record));
  record.verdict =
      measure::judge(record.latency.samples_ms, record.starts, record.conditions, std::max(1, record.threads));
  if (const Status possible = check_limit(measured); !possible) return failure(within("refused", possible.error()));
  return measure_more(stages, protocol, measured);
}

EarlierStarts run_starts(const StartsOptions& options, const measure::LatencyProtocol& protocol, int rounds) {
  ProgressBar bar("bench, starts");
  return run_earlier_starts(options, protocol, rounds, [&](int done, int starts) { bar.update(done, starts); });
}

// This process's own start of each row.
void measure_rows(const EarlierStarts& earlier, std::vector<Row>& rows) {
  std::vector<measure::Contender> contenders;
  std::vector<Row*> timed;
  for (Row& row : rows) {
    if (!row.measured) continue;
    Measured* const measured = row.measured.get();
    contenders.push_back({[measured] { return measured->network.run(measured->inputs, measured->outputs); }, {}, {}});
    timed.push_back(&row);
  }
  ProgressBar bar("bench");
  measure::measure_interleaved(earlier.own, earlier.own_rounds, contenders,
                               [&](int done, int turns) { bar.update(done, turns); });
  for (std::size_t i = 0; i < timed.size(); ++i) {
    Measured& measured = *timed[i]->measured;
    measured.record.latency = std::move(contenders[i].samples);
    measured.record.device_ms = measured.network.device_ms();
    if (!contenders[i].status) give_up(*timed[i], contenders[i].status.error().message);
  }
}

ExitStatus status_of(const std::vector<Row>& rows, bool require_stable) {
  bool any = false;
  bool all_stable = true;
  for (const Row& row : rows) {
    if (row.not_as_asked) return kNotAsAsked;
    any |= row.measured != nullptr;
    all_stable &= !row.measured || row.measured->record.verdict.stability == measure::Stability::stable;
  }
  if (!any) return kFailure;
  return require_stable && !all_stable ? kUnstable : kOk;
}

}  // namespace

Result<ExitStatus> bench_rows(const ModelOptions& model, const RuntimeOptions& runtime, const RowsOptions& options,
                              const StartsOptions& starts, const StagesOptions& stages,
                              const measure::LatencyProtocol& protocol) {
  measure::Matrix matrix;
  if (options.matrix.empty()) {
    TRY_ASSIGN(matrix, combinations(runtime, options));
  } else {
    TRY_ASSIGN(matrix, measure::read_matrix(options.matrix));
  }
  if (options.rounds > 0) matrix.rounds = options.rounds;
  if (matrix.rows.size() > kMostRows)
    return failure(ErrorCode::usage, fmt::format("{} rows, at most {}", matrix.rows.size(), kMostRows));

  if (!starts.samples_only)
    for (const measure::MatrixRow& row : matrix.rows)
      warn_of_native(runtime, row.runtime, fmt::format("row '{}'", row.name));
  const measure::Machine machine = measure::describe_machine();
  const measure::Reading before = measure::read_conditions();
  const EarlierStarts earlier = run_starts(starts, protocol, matrix.rounds);
  std::vector<Tensor> reference;
  if (!starts.samples_only) {
    TRY_ASSIGN(reference, float_reference(model));
  }
  std::vector<Row> rows;
  for (measure::MatrixRow& wanted : matrix.rows) {
    Row& row = rows.emplace_back(Row{std::move(wanted), nullptr, {}});
    load_row(model, runtime, machine.name + " " + machine.cpu, row);
    check_precision(row, reference);
  }
  TRY(Status(earlier.status));
  measure_rows(earlier, rows);
  const measure::Conditions conditions = measure::between(before, measure::read_conditions());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].measured) continue;
    measure::BenchRecord& record = rows[i].measured->record;
    record.protocol = protocol;
    record.rounds = earlier.rounds;
    record.machine = machine;
    record.conditions = conditions;
    record.peak_rss_mb = measure::peak_rss_mb();
    if (starts.samples_only) continue;
    if (const Status sound = finish_row(stages, earlier, protocol, i, *rows[i].measured); !sound)
      give_up(rows[i], sound.error().message);
  }

  measure::BenchTable table{{}, earlier.rounds, machine};
  for (Row& row : rows) {
    measure::BenchRow& shown = table.rows.emplace_back();
    shown.label = row.wanted.name;
    shown.missing = row.missing;
    if (row.measured) shown.record = row.measured->record;
  }
  TRY(write_result(options, to_json(table)));
  if (options.json != "-" && !starts.samples_only) print(to_text(table));
  return status_of(rows, options.require_stable);
}

}  // namespace diolkos::cli
