// diolkos bench: the latency of inference alone, on random input.
#include <memory>
#include <random>

#include <fmt/format.h>

#include "command.h"
#include "graph/count.h"
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
    "  diolkos bench fcn.pth --iterations 50 --layers";

struct BenchOptions {
  ModelOptions model;
  RuntimeOptions runtime;
  measure::LatencyProtocol protocol;
  double duration_s = 3;
  bool layers = false;
  std::string json;
};

Result<std::vector<Tensor>> random_inputs(const runtime::Session& session) {
  std::mt19937 generator(0);
  std::normal_distribution<float> normal;
  std::vector<Tensor> inputs;
  for (const runtime::Port& port : session.inputs()) {
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

std::string layer_table(std::span<const runtime::StepProfile> steps) {
  std::string text = fmt::format("\n{:>9} {:>9} {:>9}  {:<34} {}\n", "ms", "GMAC", "GFLOP/s", "kernel", "layer");
  for (const runtime::StepProfile& step : steps) {
    const double gmac = 1e-9 * static_cast<double>(step.multiply_adds);
    text += fmt::format("{:>9.3f} {:>9.3f} {:>9.1f}  {:<34} {}\n", step.milliseconds, gmac,
                        step.milliseconds > 0 ? 2000 * gmac / step.milliseconds : 0, step.kernel, step.name);
  }
  return text;
}

Result<ExitStatus> run(const BenchOptions& options) {
  measure::BenchRecord record;
  record.machine = measure::describe_machine();
  record.protocol = options.protocol;
  TRY_ASSIGN(const runtime::SessionOptions session_options, to_session_options(options.runtime));

  const measure::Stopwatch loading;
  TRY_ASSIGN(porting::LoadedModel model, load(options.model));
  record.model = describe(model);
  TRY_ASSIGN(const auto session, runtime::Session::create(std::move(model.graph), session_options));
  record.load_ms = loading.milliseconds();

  TRY_ASSIGN(const std::vector<Tensor> inputs, random_inputs(*session));
  TRY_ASSIGN(std::vector<Tensor> outputs, session->make_outputs());
  TRY_ASSIGN(record.latency, measure::measure_latency(options.protocol, [&] { return session->run(inputs, outputs); }));
  record.threads = session->threads();
  record.isa = cpu::name_of(session->isa());
  record.winograd = session_options.winograd;
  record.peak_rss_mb = measure::peak_rss_mb();

  if (!options.json.empty()) TRY(write_document(options.json, measure::to_json(record)));
  if (options.json == "-") return kOk;
  print(measure::to_text(record));
  if (options.layers) {
    TRY_ASSIGN(const auto steps, session->profile(inputs, outputs));
    print(layer_table(steps));
  }
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
  app->add_flag("--layers", options->layers, "Print the time of each layer too");
  app->add_option("--json", options->json, "Write the result, every sample included, to a file; - for standard output");
  return {app, [options, iterations, duration] {
            const bool exact = iterations->count() > 0 && duration->count() == 0;
            options->protocol.duration_ms = exact ? 0 : 1000 * options->duration_s;
            return run(*options);
          }};
}

}  // namespace diolkos::cli
