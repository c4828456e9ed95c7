// diolkos bench: the latency of inference alone, on random input.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/thread_pool.h"
#include "bench_asynchronous.h"
#include "bench_network.h"
#include "bench_remote.h"
#include "bench_rows.h"
#include "bench_starts.h"
#include "bench_streams.h"
#include "command.h"
#include "kernels/peak/peak.h"
#include "measure/bench_record.h"
#include "measure/clock.h"
#include "measure/conditions.h"
#include "model_options.h"
#include "output.h"
#include "progress.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "Times inference alone, on seeded random input: a figure of speed, not of accuracy.\n"
    "Runs for at least --duration and at least --iterations; --iterations alone is exact.\n"
    "The samples are divided among --starts of this program, one after the other: the interval holds what they\n"
    "differ.\n"
    "Several runtimes, precisions or thread counts, with commas, are measured in turn; so are the rows of a --matrix.\n"
    "With --input the stages of a frame are timed as well: decode, pre-process, copies, inference, post-process,\n"
    "draw.\n"
    "Of a runtime that works apart, what forgetting to synchronise would have claimed stands beside what is so.\n"
    "\nExamples:\n"
    "  diolkos bench model.onnx\n"
    "  diolkos bench fcn_resnet50:random --size 288 --threads 2 --json -\n"
    "  diolkos bench fcn.pth --iterations 50 --explain\n"
    "  diolkos bench fcn.onnx --precision bf16 --streams 4 --plan fcn.dplan\n"
    "  diolkos bench fcn.onnx --runtime native,onnxruntime --precision fp32,int8 --threads 1,2 --json table.json\n"
    "  diolkos bench fcn.onnx --runtime native,openvino --input walk.mp4 --class dog\n"
    "  diolkos bench fcn.onnx --matrix bench/article.toml --json article.json\n"
    "  diolkos bench fcn.onnx --starts 10 --duration 10\n"
    "  diolkos bench fcn.onnx --history results.sqlite --require-stable\n"
    "  diolkos bench fcn.onnx --remote user@board --remote-binary diolkos-aarch64 --json board.json";

struct BenchOptions {
  ModelOptions model;
  RuntimeOptions runtime;
  measure::LatencyProtocol protocol;
  double duration_s = 3;
  bool explain = false;
  int streams = 1;
  StartsOptions starts;
  RowsOptions rows;
  StagesOptions stages;
  RemoteOptions remote;
  std::vector<std::string> forwarded;  // to a board: what was given, less where and where to
};

// Some runs, step by step, for two seconds at most; the peak is measured between them and the end.
Result<measure::LayerTimes> explain(runtime::Session& session, std::span<const Tensor> inputs,
                                    std::span<Tensor> outputs) {
  constexpr std::size_t kMostRuns = 15;
  constexpr double kMostMilliseconds = 2000;
  std::vector<std::vector<measure::Layer>> runs;
  const measure::Stopwatch watch;
  do {
    TRY_ASSIGN(const auto steps, session.profile(inputs, outputs));
    std::vector<measure::Layer>& layers = runs.emplace_back();
    for (const runtime::StepProfile& step : steps)
      layers.push_back({step.name, step.kernel, step.reason, step.multiply_adds, step.milliseconds});
  } while (runs.size() < kMostRuns && watch.milliseconds() < kMostMilliseconds);
  measure::LayerTimes times = measure::median_of(runs);
  ThreadPool pool(session.threads());
  times.peak_gflops = kernels::peak::gflops(session.isa(), pool);
  return times;
}

EarlierStarts run_starts(const BenchOptions& options) {
  ProgressBar bar("bench");
  return run_earlier_starts(options.starts, options.protocol, 1,
                            [&](int done, int starts) { bar.update(done, starts); });
}

Result<ExitStatus> write_samples(const BenchOptions& options, const measure::BenchRecord& record) {
  TRY(write_result(options.rows, measure::to_json(record)));
  return kOk;
}

Result<ExitStatus> bench_one(const BenchOptions& options) {
  TRY(check_options(options.runtime));
  const measure::Machine machine = measure::describe_machine();
  const measure::Reading before = measure::read_conditions();
  const EarlierStarts earlier = run_starts(options);
  TRY_ASSIGN(const std::unique_ptr<Measured> measured, prepare(options.model, options.runtime));
  const Executable& network = measured->network;
  if (!network.running.refusal.empty()) return refuse(network.running);
  TRY(check_synchronized(*measured));
  TRY(Status(earlier.status));

  measure::BenchRecord& record = measured->record;
  record.machine = machine;
  record.protocol = options.protocol;
  TRY_ASSIGN(record.latency, measure::measure_latency(
                                 earlier.own, [&] { return network.run(measured->inputs, measured->outputs); }));
  TRY(join_starts(earlier, 0, record));
  record.conditions = measure::between(before, measure::read_conditions());
  record.verdict =
      measure::judge(record.latency.samples_ms, record.starts, record.conditions, std::max(1, record.threads));
  record.peak_rss_mb = measure::peak_rss_mb();
  record.device_ms = network.device_ms();
  if (options.starts.samples_only) return write_samples(options, record);
  TRY(check_limit(*measured));
  TRY(measure_asynchronous(*measured));
  if (!options.stages.input.empty()) TRY(measure_stages(options.stages, options.protocol, *measured));

  if (options.explain) {
    if (network.session == nullptr)
      return unsupported(fmt::format("--explain looks into the native runtime, not into {}", record.runtime));
    TRY_ASSIGN(record.layers, explain(*network.session, measured->inputs, measured->outputs));
  }
  if (options.streams > 1) {
    if (network.session == nullptr)
      return unsupported(fmt::format("--streams shares the native runtime's plans, not {}'s", record.runtime));
    TRY_ASSIGN(record.streams, measure_streams(*network.session, measured->inputs, options.streams, options.protocol));
  }
  TRY(write_result(options.rows, measure::to_json(record)));
  if (options.rows.json != "-") {
    print(measure::to_text(record));
    if (options.explain) print(measure::to_text(record.layers));
  }
  const bool stable = record.verdict.stability == measure::Stability::stable;
  return options.rows.require_stable && !stable ? kUnstable : kOk;
}

Result<ExitStatus> run(BenchOptions options) {
  TRY_ASSIGN(const std::vector<int> threads, parse_threads(options.rows.threads));
  options.runtime.threads = threads.front();
  if (!options.remote.target.empty() && !options.stages.input.empty())
    return failure(ErrorCode::usage, "--input measures the stages of a frame on this machine, not on a board");
  if (!options.remote.target.empty())
    return bench_remote(options.remote, options.model.model, options.forwarded, options.rows.json);
  if (!asks_for_rows(options.runtime, options.rows)) return bench_one(options);
  if (options.explain)
    return failure(ErrorCode::usage, "--explain looks into one network: give one runtime and precision");
  if (options.streams > 1)
    return failure(ErrorCode::usage, "--streams shares one network: give one runtime and precision");
  return bench_rows(options.model, options.runtime, options.rows, options.starts, options.stages, options.protocol);
}

}  // namespace

Command bench_command(CLI::App& program) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* app = program.add_subcommand("bench", "Measure the speed of inference");
  app->footer(kFooter);
  add_model_options(*app, options->model);
  add_runtime_options(*app, options->runtime);
  app->add_option("--warm-up,--warmUp", options->protocol.warm_up_ms, "Milliseconds before the first sample")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  const CLI::Option* iterations = app->add_option("--iterations", options->protocol.iterations, "Samples, at least")
                                      ->check(CLI::Range(1, 1'000'000))
                                      ->capture_default_str();
  const CLI::Option* duration = app->add_option("--duration", options->duration_s, "Seconds of measuring, at least")
                                    ->check(CLI::NonNegativeNumber)
                                    ->capture_default_str();
  app->add_option("--streams", options->streams,
                  "Then time so many sessions at once that share the packed weights and the threads")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app->add_flag("--explain", options->explain,
                "For each layer its kernel, why it won, its time and its share of the machine's peak");
  add_starts_options(*app, options->starts);
  add_rows_options(*app, options->rows);
  add_stages_options(*app, options->stages);
  add_remote_options(*app, options->remote);
  app->add_option("--json", options->rows.json,
                  "Write the result, every sample included, to a file; - for standard output");
  return {app, [app, options, iterations, duration] {
            options->forwarded =
                given_options(*app, {"model", "--json", "--history", "--remote", "--remote-binary", "--ssh"});
            take_command(*app, options->model.model, options->starts);
            const bool exact = iterations->count() > 0 && duration->count() == 0;
            options->protocol.duration_ms = exact ? 0 : 1000 * options->duration_s;
            return run(*options);
          }};
}

}  // namespace diolkos::cli
