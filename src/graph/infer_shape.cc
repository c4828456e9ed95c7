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

namespace {

Result<Shape> shape_of(const NodeView& view, const std::vector<std::int64_t>& dims) {
  const auto shape = Shape::from(dims);
  if (!shape || !shape->closed())
    return view.error(fmt::format("[{}] is not a shape of up to {} axes", fmt::join(dims, ","), Shape::kMaxRank));
  return *shape;
}

}  // namespace

Types infer_constant_of_shape(const NodeView& view) {
  TRY_ASSIGN(const auto dims, view.ints(0, "shape"));
  TRY_ASSIGN(const Shape shape, shape_of(view, dims));
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

Types infer_reshape(const NodeView& view) {
  TRY_ASSIGN(auto dims, view.ints(1, "shape"));
  const Shape& input = view.shape(0);
  const bool copies_zeros = view.attributes().int_or("allowzero", 0) == 0;
  int open = -1;
  std::vector<std::int64_t> known = dims;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0 && copies_zeros) {
      if (static_cast<int>(i) >= input.rank())
        return view.error(fmt::format("0 at place {} of the shape copies an axis that {} has not", i, to_string(input)));
      dims[i] = known[i] = input[static_cast<int>(i)];
    } else if (dims[i] == -1) {
      if (open >= 0) return view.error(fmt::format("shape [{}] holds -1 twice", fmt::join(dims, ",")));
      open = static_cast<int>(i);
      known[i] = 1;
    }
  }
  TRY_ASSIGN(Shape shape, shape_of(view, known));
  const auto wanted = shape.checked_elements();
  const std::int64_t elements = input.elements();
  if (open >= 0 && wanted && *wanted > 0 && elements % *wanted == 0) shape[open] = elements / *wanted;
  if (shape.checked_elements() != input.checked_elements())
    return view.error(fmt::format("{} ({} elements) cannot become [{}]", to_string(input), elements, fmt::join(dims, ",")));
  return one(view.dtype(0), shape);
}

Types infer_flatten(const NodeView& view) {
  const Shape& input = view.shape(0);
  const std::int64_t given = view.attributes().int_or("axis", 1);
  if (given < -input.rank() || given > input.rank())
    return view.error(fmt::format("axis {} is outside a rank of {}", given, input.rank()));
  const auto axis = static_cast<int>(given < 0 ? given + input.rank() : given);
  Shape shape{1, 1};
  for (int i = 0; i < input.rank(); ++i) {
    std::int64_t& extent = shape[i < axis ? 0 : 1];
    if (__builtin_mul_overflow(extent, input[i], &extent)) return view.error(fmt::format("input {} is too large", to_string(input)));
  }
  return one(view.dtype(0), shape);
}

namespace {

// From the second input, or the attribute of older forms.
Result<std::vector<std::int64_t>> axes_given(const NodeView& view) {
  if (view.has(1)) return view.ints(1, "axes");
  return view.attributes().ints_or("axes", {});
}

}  // namespace

Types infer_squeeze(const NodeView& view) {
  const Shape& input = view.shape(0);
  TRY_ASSIGN(const auto given, axes_given(view));
  TRY_ASSIGN(const auto axes, view.axes(given, input.rank()));
  const bool every = !view.has(1) && !view.attributes().has("axes");
  Shape shape;
  for (int i = 0; i < input.rank(); ++i) {
    const bool named = std::find(axes.begin(), axes.end(), i) != axes.end();
    if (named && input[i] != 1)
      return view.error(fmt::format("axis {} of {} is not 1 and cannot be squeezed", i, to_string(input)));
    if (!named && !(every && input[i] == 1)) shape.push_back(input[i]);
  }
  return one(view.dtype(0), shape);
}

Types infer_unsqueeze(const NodeView& view) {
  const Shape& input = view.shape(0);
  TRY_ASSIGN(const auto given, axes_given(view));
  const auto rank = static_cast<std::int64_t>(given.size()) + input.rank();
  if (rank > Shape::kMaxRank)
    return view.error(fmt::format("rank {} is over the limit of {}", rank, Shape::kMaxRank));
  TRY_ASSIGN(const auto axes, view.axes(given, static_cast<int>(rank)));
  Shape shape;
  int next = 0;
  for (int i = 0; i < rank; ++i)
    shape.push_back(std::find(axes.begin(), axes.end(), i) != axes.end() ? 1 : input[next++]);
  return one(view.dtype(0), shape);
}

}  // namespace diolkos::graph
