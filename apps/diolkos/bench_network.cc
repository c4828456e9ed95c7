#include "bench_network.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "base/thread_pool.h"
#include "graph/precision.h"
#include "kernels/peak/peak.h"
#include "measure/clock.h"
#include "measure/trust.h"
#include "opened.h"
#include "porting/float_ends.h"
#include "quantize/integer_network.h"

namespace diolkos::cli {

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

measure::BenchRecord::Model describe(const plans::ModelNotes& notes) {
  return {notes.name,  notes.format,     notes.architecture, notes.sha256,
          notes.input, notes.parameters, notes.multiply_adds};
}

measure::BenchRecord::Model describe(const porting::LoadedModel& model) { return describe(plans::describe(model)); }

namespace {

// A float network asked for in integers, calibrated on what costs nothing to find.
Status quantize_for_speed(const RuntimeOptions& runtime, graph::Graph& graph, std::string& calibration) {
  const bool integers = runtime.precision == "int8" || runtime.precision == "int16";
  if (!integers || graph::precision_of(graph) != "fp32") return {};
  constexpr int kSamples = 2;
  const auto variant = runtime.precision == "int8" ? quantize::Variant::integer : quantize::Variant::integer_int16;
  quantize::QuantizeOptions options;
  options.bias_correction = options.weight_search = false;
  quantize::CalibrateOptions calibrate;
  calibrate.threads = runtime.threads;
  const quantize::SampleSource samples = quantize::random_samples(graph, kSamples);
  TRY_ASSIGN(graph, quantize::integer_network(std::move(graph), variant, samples, options, calibrate));
  calibration = "seeded random inputs";
  return {};
}

}  // namespace

Result<std::unique_ptr<Measured>> prepare(const ModelOptions& model, const RuntimeOptions& runtime) {
  auto measured = std::make_unique<Measured>();
  measure::BenchRecord& record = measured->record;
  const measure::Stopwatch loading;
  if (!uses_plan(runtime)) {
    TRY_ASSIGN(porting::LoadedModel loaded, load(model));
    record.model = describe(loaded);
    TRY(porting::give_float_ends(loaded.graph));
    measured->metadata = loaded.graph.metadata;
    TRY(quantize_for_speed(runtime, loaded.graph, record.calibration));
    TRY_ASSIGN(measured->network, make_executable(runtime, std::move(loaded)));
  } else {
    TRY_ASSIGN(const porting::LoadOptions load_options, to_load_options(model));
    TRY_ASSIGN(Opened opened, open_executable(model.model, load_options, runtime));
    record.model = describe(opened.notes);
    measured->network = std::move(opened.network);
    if (measured->network.session != nullptr) measured->metadata = measured->network.session->metadata();
  }
  record.load_ms = loading.milliseconds();
  const Running& running = measured->network.running;
  record.runtime = running.runtime;
  record.precision = running.precision;
  record.isa = running.isa;
  record.threads = running.threads;
  record.winograd = !runtime.exact;
  record.tuned = runtime.tune;
  record.cpus = runtime.cpus;
  if (!running.refusal.empty()) return measured;
  TRY_ASSIGN(measured->inputs, random_inputs(measured->network.inputs));
  TRY_ASSIGN(measured->outputs, measured->network.make_outputs());
  return measured;
}

Status check_synchronized(Measured& measured) {
  constexpr double kWaitMs = 30;
  return measure::check_synchronized([&] { return measured.network.run(measured.inputs, measured.outputs); },
                                     measured.outputs, kWaitMs);
}

Status check_limit(const Measured& measured) {
  const Running& running = measured.network.running;
  const std::vector<double>& samples = measured.record.latency.samples_ms;
  if (running.device != "cpu" || samples.empty()) return {};
  // One thread's peak is the same on a busy machine, and times their number an upper bound.
  ThreadPool one(1);
  const int threads = running.threads > 0 ? running.threads : available_threads();
  const double peak = threads * kernels::peak::gflops(cpu::best_isa(), one);
  // Of another runtime it is not known how it convolves.
  const bool winograd = running.runtime != "native" || measured.record.winograd;
  const bool matrix_units = cpu::features().amx_int8 || cpu::features().amx_bf16;
  return measure::check_limit(*std::ranges::min_element(samples), measured.record.model.multiply_adds, peak,
                              measure::shortcut_of(running.precision, winograd, matrix_units));
}

}  // namespace diolkos::cli
