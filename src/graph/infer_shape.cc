#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "graph/constant_node.h"
#include "graph/infer_rules.h"
#include "graph/shape_span.h"

namespace diolkos::graph {

std::pair<int, int> shape_span(const Attributes& attributes, int rank) {
  const auto settle = [&](std::int64_t index) {
    return static_cast<int>(std::clamp<std::int64_t>(index < 0 ? index + rank : index, 0, rank));
  };
  const int start = settle(attributes.int_or("start", 0));
  return {start, std::max(start, settle(attributes.int_or("end", rank)))};
}

Types infer_shape_op(const NodeView& view) {
  const auto [start, end] = shape_span(view.attributes(), view.rank(0));
  return one(DType::int64, Shape{end - start});
}

Types infer_size(const NodeView&) { return one(DType::int64, Shape{}); }

Types infer_constant(const NodeView& view) {
  TRY_ASSIGN(const Tensor value, constant_of(view));
  return one(value.dtype(), value.shape());
}

Types infer_constant_of_shape(const NodeView& view) {
  TRY_ASSIGN(const auto dims, view.ints(0, "shape"));
  TRY_ASSIGN(const Shape shape, view.shape_from(dims));
  const Attribute* value = view.attributes().find("value");
  if (value == nullptr) return one(DType::float32, shape);
  const Tensor* tensor = std::get_if<Tensor>(value);
  if (tensor == nullptr || tensor->elements() != 1) return view.error("value must be a tensor of one element");
  return one(tensor->dtype(), shape);
}

namespace {

std::int64_t count_of(std::int64_t start, std::int64_t limit, std::int64_t delta) {
  if (delta > 0 ? start >= limit : start <= limit) return 0;
  const auto distance = delta > 0 ? static_cast<std::uint64_t>(limit) - static_cast<std::uint64_t>(start)
                                  : static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(limit);
  const auto step = delta > 0 ? static_cast<std::uint64_t>(delta) : 0 - static_cast<std::uint64_t>(delta);
  return static_cast<std::int64_t>(std::min<std::uint64_t>((distance - 1) / step + 1, INT64_MAX));
}

// Enough elements to be refused as too large, where the count is not one that fits.
std::int64_t count_of(double start, double limit, double delta) {
  const double count = std::ceil((limit - start) / delta);
  if (!(count > 0)) return 0;
  return count < 0x1p62 ? static_cast<std::int64_t>(count) : INT64_MAX;
}

// The three numbers, as doubles where they are floats.
Result<std::int64_t> range_count(const NodeView& view) {
  constexpr std::array<std::string_view, 3> kNames{"start", "limit", "delta"};
  if (!is_float(view.dtype(0))) {
    std::array<std::int64_t, 3> numbers{};
    for (std::size_t i = 0; i < 3; ++i) {
      TRY_ASSIGN(const auto values, view.ints(i, kNames[i]));
      numbers[i] = values.at(0);
    }
    if (numbers[2] == 0) return view.error("delta is 0");
    return count_of(numbers[0], numbers[1], numbers[2]);
  }
  std::array<double, 3> numbers{};
  for (std::size_t i = 0; i < 3; ++i) {
    TRY_ASSIGN(const auto values, view.floats(i, kNames[i]));  // also says what is wrong with it
    const Tensor& tensor = *view.graph().value(view.node().input(i)).constant;
    numbers[i] = tensor.dtype() == DType::float64 ? tensor.as<double>()[0] : static_cast<double>(values.at(0));
  }
  if (numbers[2] == 0 || std::isnan(numbers[0] + numbers[1] + numbers[2]))
    return view.error(fmt::format("delta is {} between {} and {}", numbers[2], numbers[0], numbers[1]));
  return count_of(numbers[0], numbers[1], numbers[2]);
}

}  // namespace

Types infer_range(const NodeView& view) {
  for (std::size_t i = 0; i < 3; ++i)
    if (view.shape(i).elements() != 1 || view.dtype(i) != view.dtype(0))
      return view.error(fmt::format("input {} is {} {}, expected one {}", i, name_of(view.dtype(i)),
                                    to_string(view.shape(i)), name_of(view.dtype(0))));
  TRY_ASSIGN(const std::int64_t count, range_count(view));
  return one(view.dtype(0), Shape{count});
}

}  // namespace diolkos::graph
