#include "porting/input_size.h"

#include <charconv>

#include <fmt/format.h>

namespace diolkos::porting {
namespace {

constexpr std::int64_t kLargest = 16384;

std::optional<std::int64_t> parse_extent(std::string_view text) {
  std::int64_t extent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), extent);
  if (error != std::errc() || end != text.data() + text.size() || extent < 1 || extent > kLargest) return std::nullopt;
  return extent;
}

Status close_image(graph::Value& input, std::optional<models::InputSize> size) {
  Shape& shape = input.type.shape;
  const std::int64_t wanted[] = {size ? size->height : 0, size ? size->width : 0};
  if (shape[0] < 0) shape[0] = 1;
  for (int axis = 2; axis < 4; ++axis) {
    const std::int64_t extent = wanted[axis - 2];
    if (shape[axis] < 0 && extent == 0)
      return invalid(fmt::format("input '{}' is {}: its height and width are open; give --size S or HxW", input.name,
                                 to_string(shape)));
    if (shape[axis] >= 0 && extent != 0 && shape[axis] != extent)
      return invalid(fmt::format("input '{}' is fixed at {}, --size asks for {}x{}; leave --size out, or export the "
                                 "model again at that size", input.name, to_string(shape), wanted[0], wanted[1]));
    if (shape[axis] < 0) shape[axis] = extent;
  }
  return {};
}

}  // namespace

Result<models::InputSize> parse_size(std::string_view text) {
  const std::size_t x = text.find('x');
  const auto height = parse_extent(text.substr(0, x));
  const auto width = x == std::string_view::npos ? height : parse_extent(text.substr(x + 1));
  if (!height || !width)
    return failure(ErrorCode::usage, fmt::format("--size {}: expected S or HxW, each 1 to {} pixels, e.g. 288 or "
                                                 "520x390", text, kLargest));
  return models::InputSize{*height, *width};
}

Status set_input_size(graph::Graph& graph, std::optional<models::InputSize> size) {
  for (graph::ValueId id : graph.inputs()) {
    graph::Value& input = graph.value(id);
    if (input.type.shape.rank() == 4) TRY(close_image(input, size));
    if (!input.type.shape.closed())
      return invalid(fmt::format("input '{}' is {}: it has an open dimension; export the model with fixed shapes",
                                 input.name, to_string(input.type.shape)));
  }
  return {};
}

}  // namespace diolkos::porting
