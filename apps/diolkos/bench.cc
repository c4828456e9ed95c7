// diolkos bench: the latency of inference alone, on random input.
#include <memory>
#include <random>

#include <fmt/format.h>

#include "base/thread_pool.h"
#include "command.h"
#include "executable.h"
#include "graph/count.h"
#include "kernels/peak/peak.h"
#include "measure/bench_record.h"
#include "measure/clock.h"
#include "model_options.h"
#include "output.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "Times inference alone, on seeded random input: a figure of speed, not of accuracy.\n"
    "Runs for at least --duration and at least --iterations; --iterations alone is exact.\n"
    "\nExamples:\n"
    "  diolkos bench model.onnx\n"
    "  diolkos bench fcn_resnet50:random --size 288 --threads 2 --json -\n"
    "  diolkos bench fcn.pth --iterations 50 --explain";

struct BenchOptions {
  ModelOptions model;
  RuntimeOptions runtime;
  measure::LatencyProtocol protocol;
  double duration_s = 3;
  bool explain = false;
  std::string json;
};

Result<std::vector<Tensor>> random_inputs(std::span<const runtime::Port> ports) {
  std::mt19937 generator(0);
  std::normal_distribution<float> normal;
  std::vector<Tensor> inputs;
  for (const runtime::Port& port : ports) {
    TRY_ASSIGN(Tensor tensor, Tensor::zeros(port.dtype, port.shape));
    for (float& value : tensor.mutable_as<float>()) value = normal(generator);
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

measure::BenchRecord::Model describe(const porting::LoadedModel& model) {
  measure::BenchRecord::Model described;
  described.name = model.name;
  described.format = porting::name_of(model.format);
  described.architecture = model.architecture;
  described.sha256 = model.sha256;
  if (!model.graph.inputs().empty()) described.input = to_string(model.graph.value(model.graph.inputs()[0]).type.shape);
  described.parameters = graph::parameters(model.graph);
  described.multiply_adds = graph::multiply_adds(model.graph);
  return described;
}

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

Result<ExitStatus> run(const BenchOptions& options) {
  measure::BenchRecord record;
  record.machine = measure::describe_machine();
  record.protocol = options.protocol;
  TRY(check_options(options.runtime));

  const measure::Stopwatch loading;
  TRY_ASSIGN(porting::LoadedModel model, load(options.model));
  record.model = describe(model);
  TRY_ASSIGN(const Executable network, make_executable(options.runtime, std::move(model)));
  if (!network.running.refusal.empty()) return refuse(network.running);
  record.load_ms = loading.milliseconds();

  TRY_ASSIGN(const std::vector<Tensor> inputs, random_inputs(network.inputs));
  TRY_ASSIGN(std::vector<Tensor> outputs, network.make_outputs());
  TRY_ASSIGN(record.latency, measure::measure_latency(options.protocol, [&] { return network.run(inputs, outputs); }));
  record.runtime = network.running.runtime;
  record.precision = network.running.precision;
  record.threads = network.running.threads;
  record.isa = network.running.isa;
  record.winograd = !options.runtime.exact;
  record.peak_rss_mb = measure::peak_rss_mb();

  if (options.explain) {
    if (network.session == nullptr)
      return unsupported(fmt::format("--explain looks into the native runtime, not into {}", record.runtime));
    TRY_ASSIGN(record.layers, explain(*network.session, inputs, outputs));
  }
  if (!options.json.empty()) TRY(write_document(options.json, measure::to_json(record)));
  if (options.json == "-") return kOk;
  print(measure::to_text(record));
  if (options.explain) print(measure::to_text(record.layers));
  return kOk;
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
  app->add_flag("--explain", options->explain,
                "For each layer its kernel, why it won, its time and its share of the machine's peak");
  app->add_option("--json", options->json, "Write the result, every sample included, to a file; - for standard output");
  return {app, [options, iterations, duration] {
            const bool exact = iterations->count() > 0 && duration->count() == 0;
            options->protocol.duration_ms = exact ? 0 : 1000 * options->duration_s;
            return run(*options);
          }};
}

}  // namespace diolkos::cli
