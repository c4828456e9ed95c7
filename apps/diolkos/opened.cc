#include "opened.h"

#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "fetch/fetch.h"
#include "kernels/tile/tile.h"
#include "plans/open_model.h"
#include "porting/float_ends.h"

namespace diolkos::cli {
namespace {

Result<std::filesystem::path> plan_path(std::string_view model, const RuntimeOptions& options,
                                        const plans::OpenOptions& open) {
  std::filesystem::path path = options.plan;
  std::error_code error;
  if (options.cache) {
    TRY_ASSIGN(path, fetch::cache_folder());
    path /= "plans";
    std::filesystem::create_directories(path, error);
    if (error) return io_failure(fmt::format("{}: cannot make the folder: {}", path.string(), error.message()));
  }
  return std::filesystem::is_directory(path, error) ? plans::plan_in_folder(path, model, open) : path;
}

struct Planned {
  Running running;
  plans::OpenedModel model;
};

Result<Planned> open_planned(std::string_view model, const porting::LoadOptions& load_options,
                             const RuntimeOptions& options, bool stored) {
  if (options.runtime != "native" || !options.plugin.empty() || (!options.device.empty() && options.device != "cpu"))
    return failure(ErrorCode::usage, "--plan and --cache are the native runtime's, on the CPU");
  plans::OpenOptions open;
  open.load = load_options;
  TRY_ASSIGN(open.session, to_session_options(options));
  open.float_ends = !stored;
  TRY_ASSIGN(open.plan, plan_path(model, options, open));
  Planned planned;
  TRY_ASSIGN(planned.model, plans::open_model(model, open));
  const std::string& precision = planned.model.notes.precision;
  if (options.precision.starts_with("int") && precision.find(options.precision) == std::string::npos)
    return failure(ErrorCode::usage, fmt::format("{}: computes in {}, not in {}", model, precision, options.precision));
  planned.running.runtime = "native";
  planned.running.device = "cpu";
  planned.running.precision = native_precision(precision, open.session);
  planned.running.isa = cpu::name_of(planned.model.session->isa());
  planned.running.threads = planned.model.session->threads();
  planned.running.tolerance = tolerance_of_native(open.session);
  return planned;
}

}  // namespace

bool uses_plan(const RuntimeOptions& options) { return !options.plan.empty() || options.cache; }

std::string native_precision(const std::string& of_graph, const runtime::SessionOptions& options) {
  if (options.precision == runtime::FloatPrecision::fp32 || of_graph != "fp32") return of_graph;
  using kernels::tile::Storage;
  const Storage storage = options.precision == runtime::FloatPrecision::bf16 ? Storage::bfloat16 : Storage::float16;
  const bool computed = kernels::tile::dots(options.isa.value_or(cpu::best_isa()), storage) != nullptr;
  return std::string(runtime::name_of(options.precision)) + (computed ? "" : "-weights");
}

Result<Opened> open_executable(std::string_view model, const porting::LoadOptions& load_options,
                               const RuntimeOptions& options, bool stored) {
  Opened opened;
  if (!uses_plan(options)) {
    TRY_ASSIGN(porting::LoadedModel loaded, porting::load_model(model, load_options));
    opened.notes = plans::describe(loaded);
    TRY_ASSIGN(opened.network, make_executable(options, std::move(loaded), stored));
    return opened;
  }
  TRY_ASSIGN(Planned planned, open_planned(model, load_options, options, stored));
  opened.notes = std::move(planned.model.notes);
  std::shared_ptr<runtime::Session> session = std::move(planned.model.session);
  Executable& network = opened.network;
  network.running = std::move(planned.running);
  network.inputs.assign(session->inputs().begin(), session->inputs().end());
  network.outputs.assign(session->outputs().begin(), session->outputs().end());
  network.run = [session](std::span<const Tensor> inputs, std::span<Tensor> outputs) {
    return session->run(inputs, outputs);
  };
  network.session = std::move(session);
  return opened;
}

Result<OpenedNetwork> open_network(std::string_view model, const porting::LoadOptions& load_options,
                                   const RuntimeOptions& options) {
  OpenedNetwork opened;
  if (!uses_plan(options)) {
    TRY_ASSIGN(porting::LoadedModel loaded, porting::load_model(model, load_options));
    opened.notes = plans::describe(loaded);
    TRY(porting::give_float_ends(loaded.graph));
    opened.metadata = loaded.graph.metadata;
    TRY_ASSIGN(opened.running, make_network(options, std::move(loaded)));
    return opened;
  }
  TRY_ASSIGN(Planned planned, open_planned(model, load_options, options, false));
  opened.notes = std::move(planned.model.notes);
  opened.metadata = planned.model.session->metadata();
  opened.running.running = std::move(planned.running);
  TRY_ASSIGN(opened.running.network, pipeline::native_network(std::move(planned.model.session)));
  return opened;
}

}  // namespace diolkos::cli
