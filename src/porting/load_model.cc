#include "porting/load_model.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/log.h"
#include "base/nearest_name.h"
#include "base/sha256.h"
#include "formats/onnx/onnx_file.h"
#include "formats/pytorch/checkpoint.h"
#include "formats/safetensors/safetensors.h"
#include "formats/tflite/raise.h"
#include "formats/tflite/read_model.h"
#include "passes/pass.h"
#include "porting/input_size.h"

namespace diolkos::porting {
namespace {

constexpr std::string_view kRandom = ":random";

std::string hash_of(const StateDict& weights) {
  Sha256 hash;
  for (const NamedTensor& entry : weights.tensors) {
    hash.update(std::as_bytes(std::span(entry.name)));
    hash.update({entry.tensor.data(), entry.tensor.bytes()});
  }
  return hash.hex();
}

Status finish(LoadedModel& model, const LoadOptions& options) {
  passes::PassOptions pass_options;
  pass_options.disabled = options.disabled_passes;
  auto status = passes::run_passes(model.graph, passes::Pipeline::deploy, pass_options);
  if (status) status = cut_output(model.graph, options.ending);
  if (!status) return failure(within(model.name, std::move(status).error()));
  return {};
}

Result<LoadedModel> load_random(std::string_view name, const LoadOptions& options) {
  const std::string_view architecture = name.substr(0, name.size() - kRandom.size());
  LoadedModel model;
  model.name = name;
  model.format = FileFormat::random;
  model.architecture = architecture;
  TRY_ASSIGN(const StateDict weights, models::random_weights(architecture, options.seed));
  model.sha256 = hash_of(weights);
  TRY_ASSIGN(model.graph, models::build(weights, options.size.value_or(models::InputSize{})));
  TRY(finish(model, options));
  return model;
}

Status bind_inputs(graph::Graph& graph, const std::map<std::string, Tensor>& bound) {
  for (const auto& [name, tensor] : bound) {
    const graph::ValueId id = graph.find_value(name);
    const auto inputs = graph.inputs();
    if (std::find(inputs.begin(), inputs.end(), id) == inputs.end())
      return invalid(fmt::format("has no input '{}' to bind", name));
    graph.make_constant(id, tensor);
  }
  return {};
}

Result<graph::Graph> read_graph(const std::filesystem::path& path, const LoadOptions& options,
                                std::vector<std::filesystem::path>* companions) {
  TRY_ASSIGN(graph::Graph graph, formats::read_onnx(path, companions));
  auto status = bind_inputs(graph, options.bound_inputs);
  if (status) status = set_input_size(graph, options.size);
  if (!status) return failure(within(path.string(), std::move(status).error()));
  return graph;
}

// The graph is NCHW, whatever the file's layout.
Result<graph::Graph> read_tflite(const std::filesystem::path& path, const LoadOptions& options) {
  TRY_ASSIGN(const tflite::Model file, tflite::read_model(path));
  auto graph = tflite::raise(file);
  if (!graph) return failure(within(path.string(), std::move(graph).error()));
  auto status = bind_inputs(*graph, options.bound_inputs);
  if (status) status = set_input_size(*graph, options.size);
  if (!status) return failure(within(path.string(), std::move(status).error()));
  return graph;
}

}  // namespace

Result<StateDict> load_state_dict(std::string_view path, FileFormat format) {
  if (format == FileFormat::safetensors) return formats::read_safetensors(path);
  return formats::read_checkpoint(path);
}

Result<LoadedModel> load_model(std::string_view name, const LoadOptions& options) {
  if (name.ends_with(kRandom)) return load_random(name, options);
  const std::filesystem::path path(name);
  std::error_code ignored;
  const auto known = models::architectures();
  if (!std::filesystem::exists(path, ignored) && std::find(known.begin(), known.end(), name) != known.end())
    return invalid(fmt::format("{0}: no such file; for the architecture with random weights say '{0}:random', for "
                               "torchvision's weights 'diolkos fetch {0}'", name));
  LoadedModel model;
  model.name = name;
  if (path.extension() == ".dla") {
    model.format = FileFormat::dla;
    if (options.ending != Ending::whole)
      return unsupported(fmt::format("{}: a DLA file cannot be cut; convert the network with --output first", name));
    TRY_ASSIGN(model.sha256, sha256_of_file(path));
    return model;
  }
  TRY_ASSIGN(model.format, detect_format(path));
  TRY_ASSIGN(model.sha256, sha256_of_file(path));
  if (model.format == FileFormat::onnx) {
    TRY_ASSIGN(model.graph, read_graph(path, options, &model.companions));
  } else if (model.format == FileFormat::tflite) {
    TRY_ASSIGN(model.graph, read_tflite(path, options));
  } else {
    TRY_ASSIGN(const StateDict weights, load_state_dict(name, model.format));
    auto built = models::build(weights, options.size.value_or(models::InputSize{}));
    if (!built) return failure(within(name, std::move(built).error()));
    model.graph = std::move(*built);
    if (const auto found = model.graph.metadata.find("diolkos.architecture"); found != model.graph.metadata.end())
      model.architecture = found->second;
  }
  TRY(finish(model, options));
  return model;
}

}  // namespace diolkos::porting
