// diolkos info: what is in a model file.
#include <map>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/sha256.h"
#include "command.h"
#include "graph/count.h"
#include "graph/text.h"
#include "model_options.h"
#include "output.h"
#include "tensor_summary.h"

namespace diolkos::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFooter =
    "For a state dict: every tensor, under PyTorch's own name, and the network where its architecture is known.\n"
    "For ONNX: inputs, outputs, layers. Multiply-adds are those of convolutions and matrix products.\n"
    "\nExamples:\n"
    "  diolkos info fcn_resnet50.pth\n"
    "  diolkos info model.onnx --graph\n"
    "  diolkos info model.pth --json - | jq '.tensors[].name'";

struct InfoOptions {
  ModelOptions model;
  bool graph = false;
  std::string json;
};

// What is known of a file: the tensors of a state dict, the graph where there is one, or why there is none.
struct Findings {
  std::string name, format, sha256;
  StateDict weights;
  std::optional<porting::LoadedModel> model;
  std::string no_graph;
};

bool is_state_dict(porting::FileFormat format) {
  return format == porting::FileFormat::pytorch || format == porting::FileFormat::safetensors;
}

Result<Findings> look_at(const InfoOptions& options) {
  Findings found;
  found.name = options.model.model;
  if (!found.name.ends_with(":random")) {
    TRY_ASSIGN(const auto format, porting::detect_format(found.name));
    if (is_state_dict(format)) {
      TRY_ASSIGN(found.weights, porting::load_state_dict(found.name, format));
      TRY_ASSIGN(found.sha256, sha256_of_file(found.name));
      found.format = porting::name_of(format);
    }
  }
  auto model = load(options.model);
  if (model) {
    found.format = porting::name_of(model->format);
    found.sha256 = model->sha256;
    found.model = std::move(*model);
  } else if (found.weights.tensors.empty()) {
    return failure(std::move(model).error());
  } else {
    found.no_graph = model.error().message;
  }
  return found;
}

std::map<std::string, int> count_ops(const graph::Graph& graph) {
  std::map<std::string, int> counts;
  for (graph::NodeId id : graph.order()) ++counts[std::string(graph::name_of(graph.node(id).op))];
  return counts;
}

std::string tensor_table(const StateDict& weights) {
  std::size_t width = 4;
  std::int64_t elements = 0;
  for (const NamedTensor& entry : weights.tensors) width = std::max(width, entry.name.size());
  std::string text = fmt::format("  {:<{}}  {:<9} {:<16} {:>12} {:>12} {:>12}\n", "name", width, "type", "shape", "min",
                                 "max", "mean");
  for (const auto& [name, tensor] : weights.tensors) {
    const TensorSummary summary = summarize(tensor);
    text += fmt::format("  {:<{}}  {:<9} {:<16} {:>12.5g} {:>12.5g} {:>12.5g}\n", name, width, name_of(tensor.dtype()),
                        to_string(tensor.shape()), summary.min, summary.max, summary.mean);
    elements += tensor.elements();
  }
  return text + fmt::format("  {} tensors, {} elements\n", weights.tensors.size(), elements);
}

std::string port_lines(const graph::Graph& graph, std::span<const graph::ValueId> ids, std::string_view kind) {
  std::string text;
  for (graph::ValueId id : ids) {
    const graph::Value& value = graph.value(id);
    text += fmt::format("{:<14} {}  {} {}\n", kind, value.name, to_string(value.type.shape), name_of(value.type.dtype));
  }
  return text;
}

std::string graph_lines(const porting::LoadedModel& model) {
  std::string text;
  if (!model.architecture.empty()) text += fmt::format("{:<14} {}\n", "architecture", model.architecture);
  text += port_lines(model.graph, model.graph.inputs(), "input");
  text += port_lines(model.graph, model.graph.outputs(), "output");
  text += fmt::format("{:<14} {:.2f} M\n", "parameters", 1e-6 * static_cast<double>(graph::parameters(model.graph)));
  text += fmt::format("{:<14} {:.2f} G\n", "multiply-adds",
                      1e-9 * static_cast<double>(graph::multiply_adds(model.graph)));
  std::string layers;
  for (const auto& [op, count] : count_ops(model.graph)) layers += fmt::format(" {} {},", count, op);
  if (!layers.empty()) layers.pop_back();
  return text + fmt::format("{:<14} {} after the rewrites:{}\n", "layers", model.graph.node_count(), layers);
}

std::string to_text(const Findings& found) {
  std::string text = fmt::format("{:<14} {}\n{:<14} {}\n{:<14} {}\n", "file", found.name, "format", found.format,
                                 "sha256", found.sha256);
  if (found.model) text += graph_lines(*found.model);
  if (!found.no_graph.empty()) text += fmt::format("{:<14} {}\n", "network", found.no_graph);
  if (!found.weights.tensors.empty()) text += "tensors\n" + tensor_table(found.weights);
  return text;
}

Json shape_json(const Shape& shape) { return std::vector<std::int64_t>(shape.begin(), shape.end()); }

Json ports_json(const graph::Graph& graph, std::span<const graph::ValueId> ids) {
  Json ports = Json::array();
  for (graph::ValueId id : ids) {
    const graph::Value& value = graph.value(id);
    ports.push_back(
        {{"name", value.name}, {"dtype", name_of(value.type.dtype)}, {"shape", shape_json(value.type.shape)}});
  }
  return ports;
}

std::string to_json(const Findings& found) {
  Json document = {
      {"schema", "diolkos.info/1"}, {"name", found.name}, {"format", found.format}, {"sha256", found.sha256}};
  if (found.model) {
    const graph::Graph& graph = found.model->graph;
    document["architecture"] = found.model->architecture;
    document["inputs"] = ports_json(graph, graph.inputs());
    document["outputs"] = ports_json(graph, graph.outputs());
    document["parameters"] = graph::parameters(graph);
    document["multiply_adds"] = graph::multiply_adds(graph);
    document["layers"] = count_ops(graph);
  }
  if (!found.no_graph.empty()) document["network"] = found.no_graph;
  for (const auto& [name, tensor] : found.weights.tensors) {
    const TensorSummary summary = summarize(tensor);
    document["tensors"].push_back({{"name", name},
                                   {"dtype", name_of(tensor.dtype())},
                                   {"shape", shape_json(tensor.shape())},
                                   {"min", summary.min},
                                   {"max", summary.max},
                                   {"mean", summary.mean},
                                   {"sum", summary.sum}});
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<ExitStatus> run(const InfoOptions& options) {
  TRY_ASSIGN(const Findings found, look_at(options));
  if (!options.json.empty()) TRY(write_document(options.json, to_json(found)));
  if (options.json == "-") return kOk;
  print(to_text(found));
  if (options.graph && found.model) print("\n" + graph::to_text(found.model->graph, {.elide_constants = true}));
  return kOk;
}

}  // namespace

Command info_command(CLI::App& program) {
  auto options = std::make_shared<InfoOptions>();
  CLI::App* app = program.add_subcommand("info", "Tell what is in a model file");
  app->footer(kFooter);
  add_model_options(*app, options->model);
  app->add_flag("--graph", options->graph, "Print the graph too, as text");
  app->add_option("--json", options->json, "Write what was found to a file; - for standard output");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
