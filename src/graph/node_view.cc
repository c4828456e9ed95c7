#include "graph/node_view.h"

#include <fmt/format.h>

namespace diolkos::graph {

const TensorType& NodeView::type(std::size_t input) const {
  static const TensorType unknown;
  const ValueId id = node_->input(input);
  return id == kNoValue ? unknown : graph_->value(id).type;
}

Status NodeView::need_constant(std::size_t input, std::string_view what) const {
  const ValueId id = node_->input(input);
  if (id == kNoValue) return error(fmt::format("input {} ({}) is missing", input, what));
  if (!graph_->value(id).is_constant())
    return unsupported(
        fmt::format("{}: {} decides a shape and must be constant, but '{}' is computed; fold constants "
                    "first, or give the network a fixed input size",
                    describe(*node_), what, graph_->value(id).name));
  return {};
}

Result<std::vector<std::int64_t>> NodeView::ints(std::size_t input, std::string_view what) const {
  TRY(need_constant(input, what));
  auto values = constant_ints(*graph_, node_->input(input));
  if (!values) return error(fmt::format("{} must be integers, got {}", what, name_of(dtype(input))));
  return *std::move(values);
}

Result<std::vector<float>> NodeView::floats(std::size_t input, std::string_view what) const {
  TRY(need_constant(input, what));
  auto converted = to_float32(*graph_->value(node_->input(input)).constant);
  if (!converted) return error(converted.error().message);
  auto values = converted->as<float>();
  return std::vector<float>(values.begin(), values.end());
}

Result<int> NodeView::axis(std::int64_t given, int rank, std::string_view what) const {
  if (given < -rank || given >= rank) return error(fmt::format("{} {} is outside a rank of {}", what, given, rank));
  return static_cast<int>(given < 0 ? given + rank : given);
}

Result<std::vector<int>> NodeView::axes(const std::vector<std::int64_t>& given, int rank, std::string_view what) const {
  std::vector<int> resolved;
  std::vector<bool> seen(static_cast<std::size_t>(rank), false);
  for (std::int64_t one : given) {
    TRY_ASSIGN(const int index, axis(one, rank, what));
    if (seen[static_cast<std::size_t>(index)]) return error(fmt::format("{} name axis {} twice", what, index));
    seen[static_cast<std::size_t>(index)] = true;
    resolved.push_back(index);
  }
  return resolved;
}

Result<Shape> NodeView::shape_from(const std::vector<std::int64_t>& dims) const {
  const auto made = Shape::from(dims);
  if (!made || !made->closed())
    return error(fmt::format("[{}] is not a shape of up to {} axes", fmt::join(dims, ","), Shape::kMaxRank));
  return *made;
}

tl::unexpected<Error> NodeView::error(std::string_view message) const {
  return invalid(fmt::format("{}: {}", describe(*node_), message));
}

}  // namespace diolkos::graph
