#include "executable.h"

#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "base/thread_pool.h"
#include "engine_folder.h"
#include "engines/engine.h"
#include "engines/find.h"
#include "engines/float_model.h"
#include "graph/precision.h"
#include "opened.h"
#include "pipeline/engine_network.h"
#include "porting/float_ends.h"

namespace diolkos::cli {
namespace {

// A model in a runtime that is not the native one; none where the request was refused.
struct Loaded {
  Running running;
  std::optional<engines::Model> model;
};

engines::LoadRequest to_request(const RuntimeOptions& options, const porting::LoadedModel& model) {
  engines::LoadRequest request;
  const bool compiled = model.format == porting::FileFormat::dla;
  if (!compiled) request.graph = &model.graph;
  // A TFLite file goes to a runtime that reads TFLite as it is: its integers are the point of it.
  if (compiled || model.format == porting::FileFormat::tflite) request.file = model.name;
  request.precision = options.precision;
  // Of "int8+fp32" the first: what most of it computes in.
  const std::string of_file = compiled ? "int8" : graph::precision_of(model.graph);
  if (options.precision == "fp32" && of_file != "fp32") request.precision = of_file.substr(0, of_file.find('+'));
  request.device = options.device;
  request.threads = options.threads;
  request.cache_folder = engine_folder();
  return request;
}

Result<Loaded> load_by_plugin(const RuntimeOptions& options, porting::LoadedModel model, bool stored) {
  TRY_ASSIGN(const engines::Engine engine, engines::open_engine(options.runtime, options.plugin));
  if (!stored) TRY(porting::give_float_ends(model.graph));
  Loaded loaded;
  loaded.running.runtime = engine.name();
  TRY_ASSIGN(loaded.running.version, engine.version());
  const engines::LoadRequest request = to_request(options, model);
  if (const Status offered = engine.offers(request); !offered) {
    loaded.running.refusal = offered.error().message;
    return loaded;
  }
  TRY_ASSIGN(loaded.model, engine.load(request));
  const engines::Actual& actual = loaded.model->actual();
  loaded.running.precision = actual.precision;
  loaded.running.device = actual.device;
  loaded.running.threads = actual.threads;
  loaded.running.tolerance = engine.tolerance(actual.precision);
  if (const Status same = engines::check_as_asked(request, actual); !same)
    loaded.running.refusal = same.error().message;
  return loaded;
}

bool is_native(const RuntimeOptions& options) { return options.runtime == "native" && options.plugin.empty(); }

Status check_device(const RuntimeOptions& options, const porting::LoadedModel& model, Running& running) {
  if (model.format == porting::FileFormat::dla)
    return unsupported(fmt::format("{}: a DLA file runs on a board: --runtime neuron", model.name));
  running.runtime = "native";
  running.device = "cpu";
  if (!options.device.empty() && options.device != "cpu")
    running.refusal = fmt::format("asked for {} on {}, native computes on cpu", options.precision, options.device);
  return {};
}

std::vector<runtime::Port> ports_of(std::span<const engines::Port> ports) {
  std::vector<runtime::Port> result;
  for (const engines::Port& port : ports) result.push_back({port.name, port.dtype, port.shape});
  return result;
}

// Integers come from a quantized file: --precision names what it must hold.
Status check_integers(const RuntimeOptions& options, const porting::LoadedModel& model) {
  if (options.precision != "int8" && options.precision != "int16") return {};
  const std::string found = graph::precision_of(model.graph);
  if (found.find(options.precision) != std::string::npos) return {};
  return failure(
      ErrorCode::usage,
      fmt::format("{0}: computes in {1}, and --precision {2} needs calibration: make a quantized file "
                  "(diolkos convert {0} -o quantized.tflite --quantize {3} --calibrate photos/); only 'bench' "
                  "calibrates on random inputs",
                  model.name, found, options.precision, options.precision == "int8" ? "integer" : "integer_int16"));
}

Result<Executable> make_native(const RuntimeOptions& options, porting::LoadedModel model, bool stored) {
  Executable result;
  TRY_ASSIGN(const runtime::SessionOptions session_options, to_session_options(options));
  TRY(check_integers(options, model));
  TRY(check_device(options, model, result.running));
  if (!stored) TRY(porting::give_float_ends(model.graph));
  result.running.precision = native_precision(graph::precision_of(model.graph), session_options);
  TRY_ASSIGN(std::shared_ptr<runtime::Session> session,
             runtime::Session::create(std::move(model.graph), session_options));
  result.running.isa = cpu::name_of(session->isa());
  result.running.threads = session->threads();
  result.running.tolerance = tolerance_of_native(session_options);
  result.inputs.assign(session->inputs().begin(), session->inputs().end());
  result.outputs.assign(session->outputs().begin(), session->outputs().end());
  result.run = [session](std::span<const Tensor> inputs, std::span<Tensor> outputs) {
    return session->run(inputs, outputs);
  };
  result.session = std::move(session);
  return result;
}

}  // namespace

Status check_options(const RuntimeOptions& options) {
  if (is_native(options)) {
    TRY(to_session_options(options));
  } else if (!options.isa.empty() || !options.cpus.empty() || options.exact || options.tune) {
    return failure(ErrorCode::usage, fmt::format("--isa, --cpus, --exact and --tune are the native runtime's, not {}'s",
                                                 options.runtime));
  }
  return {};
}

// Weights of 16 bits: of networks of some fifty layers with random weights, the deepest that are measured.
double tolerance_of_native(const runtime::SessionOptions& options) {
  constexpr double kHalf = 5e-2;
  return options.precision == runtime::FloatPrecision::fp32 ? engines::Engine::native().tolerance("fp32") : kHalf;
}

std::string to_text(const Running& running) {
  const std::string how = running.isa.empty() ? "on " + running.device : running.isa;
  const std::string version = running.version.empty() ? "" : " " + running.version;
  if (running.threads == 0) return fmt::format("{}{} {} {}", running.runtime, version, running.precision, how);
  return fmt::format("{}{} {} {}, {} thread{}", running.runtime, version, running.precision, how, running.threads,
                     running.threads == 1 ? "" : "s");
}

Result<std::vector<Tensor>> Executable::make_outputs() const {
  std::vector<Tensor> tensors;
  for (const runtime::Port& port : outputs) {
    TRY_ASSIGN(Tensor tensor, Tensor::zeros(port.dtype, port.shape));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

std::optional<double> Executable::device_ms() const {
  return plugged != nullptr ? plugged->device_ms() : std::nullopt;
}

Result<Executable> make_executable(const RuntimeOptions& options, porting::LoadedModel model, bool stored) {
  if (is_native(options)) return make_native(options, std::move(model), stored);
  TRY_ASSIGN(Loaded loaded, load_by_plugin(options, std::move(model), stored));
  Executable result;
  result.running = std::move(loaded.running);
  if (!loaded.model) return result;
  const auto ends = stored ? engines::Ends::stored : engines::Ends::real;
  TRY_ASSIGN(engines::FloatModel converted, engines::FloatModel::create(std::move(*loaded.model), ends));
  auto shared = std::make_shared<engines::FloatModel>(std::move(converted));
  result.inputs = ports_of(shared->inputs());
  result.outputs = ports_of(shared->outputs());
  result.run = [shared](std::span<const Tensor> inputs, std::span<Tensor> outputs) {
    return shared->run(inputs, outputs);
  };
  result.plugged = std::move(shared);
  return result;
}

Result<RunningNetwork> make_network(const RuntimeOptions& options, porting::LoadedModel model) {
  RunningNetwork result;
  if (!is_native(options)) {
    TRY_ASSIGN(Loaded loaded, load_by_plugin(options, std::move(model), false));
    result.running = std::move(loaded.running);
    if (!result.running.refusal.empty()) return result;
    TRY_ASSIGN(result.network, pipeline::engine_network(std::move(*loaded.model)));
    return result;
  }
  TRY_ASSIGN(const runtime::SessionOptions session_options, to_session_options(options));
  TRY(check_integers(options, model));
  TRY(check_device(options, model, result.running));
  TRY(porting::give_float_ends(model.graph));
  result.running.precision = native_precision(graph::precision_of(model.graph), session_options);
  result.running.threads = session_options.threads > 0 ? session_options.threads : available_threads();
  TRY_ASSIGN(const cpu::Isa isa, cpu::choose_isa(session_options.isa));
  result.running.isa = cpu::name_of(isa);
  TRY_ASSIGN(result.network, pipeline::native_network(std::move(model.graph), session_options));
  return result;
}

ExitStatus refuse(const Running& running) {
  std::fprintf(stderr, "diolkos: %s\n", running.refusal.c_str());
  return kNotAsAsked;
}

}  // namespace diolkos::cli
