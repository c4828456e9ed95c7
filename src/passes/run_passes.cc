#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/nearest_name.h"
#include "graph/verify.h"
#include "passes/pass.h"

namespace diolkos::passes {
namespace {

// Every pass may be named, whatever the pipeline: one set of switches serves them all.
Status check_names(const std::vector<std::string>& disabled) {
  std::vector<std::string_view> known;
  for (const Pass& pass : passes_of(Pipeline::native)) known.push_back(pass.name);
  for (const std::string& name : disabled)
    if (std::find(known.begin(), known.end(), name) == known.end())
      return failure(ErrorCode::usage, fmt::format("there is no pass '{}'{}", name, did_you_mean(name, known)));
  return {};
}

Status verified(const graph::Graph& graph, std::string_view when) {
  auto status = graph::verify(graph);
  if (status) return {};
  Error error = within(fmt::format("the graph is broken {}", when), std::move(status).error());
  error.code = ErrorCode::internal;
  return failure(std::move(error));
}

// Rewrites are true of real numbers. Integers with a scale of their own are rounded at every operator.
bool is_quantized(const graph::Graph& graph) {
  for (graph::NodeId id : graph.order())
    for (graph::ValueId output : graph.node(id).outputs)
      if (graph.value(output).type.quantization) return true;
  return false;
}

}  // namespace

Status run_passes(graph::Graph& graph, Pipeline pipeline, const PassOptions& options) {
  TRY(check_names(options.disabled));
  TRY(graph::verify(graph));
  if (is_quantized(graph)) return {};
  for (const Pass& pass : passes_of(pipeline)) {
    if (std::find(options.disabled.begin(), options.disabled.end(), pass.name) != options.disabled.end()) continue;
    TRY(pass.run(graph));
    if (options.verify_each) TRY(verified(graph, fmt::format("after pass '{}'", pass.name)));
  }
  return {};
}

}  // namespace diolkos::passes
