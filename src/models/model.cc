#include "models/model.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.h"
#include "models/architecture.h"
#include "models/checked_weights.h"

namespace diolkos::models {
namespace {

constexpr std::int64_t kLargestSide = 16384;
constexpr std::string_view kAuxiliary = "aux_classifier.";

void note_auxiliary_head(const StateView& view, std::string_view architecture) {
  const auto dropped = std::count_if(view.tensors().begin(), view.tensors().end(),
                                     [](const auto& entry) { return entry.first.starts_with(kAuxiliary); });
  if (dropped > 0)
    log::note(fmt::format("{}: the auxiliary head ({} tensors '{}*') serves training only and is dropped", architecture,
                          dropped, kAuxiliary));
}

}  // namespace

Result<graph::Graph> build(const StateDict& weights, InputSize size) {
  if (size.height < 1 || size.width < 1 || size.height > kLargestSide || size.width > kLargestSide)
    return invalid(
        fmt::format("input size {}x{}: each side must be from 1 to {}", size.height, size.width, kLargestSide));
  const StateView view(weights);
  TRY_ASSIGN(const Architecture architecture, recognize(view));
  CheckedWeights source(view);
  graph::Graph graph = build_network(architecture, source, size);
  auto complete = source.finish(kAuxiliary);
  if (!complete) return failure(within(architecture.name, std::move(complete).error()));
  note_auxiliary_head(view, architecture.name);
  return graph;
}

}  // namespace diolkos::models
