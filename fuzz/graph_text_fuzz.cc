// Any bytes as a graph's text: a graph or an error; a graph's own text reads back the same; small graphs whose types
// can be told are verified and run by the reference operators.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "graph/infer.h"
#include "graph/text.h"
#include "graph/verify.h"
#include "reference/evaluate.h"

namespace {

using diolkos::Tensor;
using diolkos::graph::Graph;
using diolkos::graph::ValueId;

constexpr std::int64_t kMostElements = 2048;
constexpr std::size_t kMostText = 1 << 16;

bool is_small(const Graph& graph) {
  for (std::size_t i = 0; i < graph.value_count(); ++i) {
    const auto& type = graph.value(static_cast<ValueId>(i)).type;
    if (type.dtype != diolkos::DType::undefined && (!type.known() || type.shape.elements() > kMostElements))
      return false;
  }
  return true;
}

void run(const Graph& graph) {
  std::vector<Tensor> inputs;
  for (ValueId input : graph.inputs()) {
    auto tensor = Tensor::zeros(graph.value(input).type.dtype, graph.value(input).type.shape);
    if (!tensor) return;
    inputs.push_back(*tensor);
  }
  static_cast<void>(diolkos::reference::run(graph, inputs));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMostText) return 0;
  auto graph = diolkos::graph::parse_text({reinterpret_cast<const char*>(data), size});
  if (!graph || !is_small(*graph)) return 0;
  const std::string text = diolkos::graph::to_text(*graph);
  const auto again = diolkos::graph::parse_text(text);
  if (!again || diolkos::graph::to_text(*again) != text) std::abort();
  if (!diolkos::graph::verify(*graph)) return 0;
  if (!diolkos::graph::infer_shapes(*graph) || !is_small(*graph)) return 0;
  if (!diolkos::graph::verify(*graph)) std::abort();
  run(*graph);
  return 0;
}
