#include "formats/onnx/known_op.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/nearest_name.h"

namespace diolkos::formats::onnx_io {
namespace {

constexpr std::array<std::string_view, 3> kControlFlow{"If", "Loop", "Scan"};

bool is_ours(graph::Op op) { return op == graph::Op::FusedConv || op == graph::Op::FusedAttention; }

std::vector<std::string_view> known_names() {
  std::vector<std::string_view> names{"Sum", "Upsample"};
  for (int i = 0; i < graph::op_count(); ++i)
    if (!is_ours(static_cast<graph::Op>(i))) names.push_back(graph::name_of(static_cast<graph::Op>(i)));
  return names;
}

std::string range(int least, int most) {
  if (most == graph::kMany) return fmt::format("at least {}", least);
  return least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most);
}

}  // namespace

Status check_domain(std::string_view domain) {
  if (domain.empty() || domain == "ai.onnx") return {};
  return unsupported(fmt::format(
      "operators of domain '{}' are not known, only ONNX's own; export the model with standard operators", domain));
}

Status check_known(std::string_view op) {
  const std::vector<std::string_view> names = known_names();
  if (std::find(names.begin(), names.end(), op) != names.end()) return {};
  if (std::find(kControlFlow.begin(), kControlFlow.end(), op) != kControlFlow.end())
    return unsupported("control flow is not supported; export the network for a fixed input size");
  return unsupported(
      fmt::format("operator '{}' is not known, docs/onnx.md lists those that are{}", op, did_you_mean(op, names)));
}

Result<graph::Op> checked_op(const PendingNode& node) {
  const auto op = graph::op_named(node.op);
  if (!op || is_ours(*op)) return failure(ErrorCode::internal, fmt::format("no operator '{}'", node.op));
  const graph::OpInfo& info = graph::info(*op);
  const int inputs = static_cast<int>(node.inputs.size());
  const int outputs = static_cast<int>(node.outputs);
  if (inputs < info.min_inputs || inputs > info.max_inputs)
    return invalid(fmt::format("has {} inputs, expected {}", inputs, range(info.min_inputs, info.max_inputs)));
  if (outputs > info.max_outputs)
    return invalid(fmt::format("has {} outputs, expected {}", outputs, range(1, info.max_outputs)));
  // Of any number of inputs none is optional.
  const int required = info.max_inputs == graph::kMany ? inputs : info.min_inputs;
  for (int i = 0; i < required; ++i)
    if (node.inputs[static_cast<std::size_t>(i)] == graph::kNoValue)
      return invalid(fmt::format("input {} is absent", i));
  return *op;
}

}  // namespace diolkos::formats::onnx_io
