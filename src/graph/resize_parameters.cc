#include "graph/resize_parameters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "graph/node_view.h"

namespace diolkos::graph {
namespace {

constexpr std::int64_t kMaxExtent = (std::int64_t{1} << 31) - 1;

template <class Enum, std::size_t N>
using Names = std::array<std::pair<std::string_view, Enum>, N>;

constexpr Names<ResizeMode, 3> kModes{
    {{"nearest", ResizeMode::nearest}, {"linear", ResizeMode::linear}, {"cubic", ResizeMode::cubic}}};
constexpr Names<ResizeCoordinates, 6> kCoordinates{{{"half_pixel", ResizeCoordinates::half_pixel},
                                                    {"half_pixel_symmetric", ResizeCoordinates::half_pixel_symmetric},
                                                    {"pytorch_half_pixel", ResizeCoordinates::pytorch_half_pixel},
                                                    {"align_corners", ResizeCoordinates::align_corners},
                                                    {"asymmetric", ResizeCoordinates::asymmetric},
                                                    {"tf_crop_and_resize", ResizeCoordinates::tf_crop_and_resize}}};
constexpr Names<ResizeNearest, 4> kNearest{{{"round_prefer_floor", ResizeNearest::round_prefer_floor},
                                            {"round_prefer_ceil", ResizeNearest::round_prefer_ceil},
                                            {"floor", ResizeNearest::floor},
                                            {"ceil", ResizeNearest::ceil}}};

template <class Enum, std::size_t N>
Status choose(const NodeView& view, std::string_view attribute, const Names<Enum, N>& names, Enum& chosen) {
  const std::string_view given = view.attributes().string_or(attribute, names.front().first);
  for (const auto& [name, value] : names) {
    if (name != given) continue;
    chosen = value;
    return {};
  }
  return view.error(fmt::format("{} is '{}', which is not one of ONNX's", attribute, given));
}

Status read_modes(const NodeView& view, ResizeParameters& resize) {
  TRY(choose(view, "mode", kModes, resize.mode));
  TRY(choose(view, "coordinate_transformation_mode", kCoordinates, resize.coordinates));
  TRY(choose(view, "nearest_mode", kNearest, resize.nearest));
  resize.cubic_coefficient = view.attributes().float_or("cubic_coeff_a", -0.75f);
  resize.extrapolation = view.attributes().float_or("extrapolation_value", 0.0f);
  resize.exclude_outside = view.attributes().int_or("exclude_outside", 0) != 0;
  resize.antialias = view.attributes().int_or("antialias", 0) != 0;
  return {};
}

Status read_roi(const NodeView& view, const std::vector<int>& axes, ResizeParameters& resize) {
  if (resize.coordinates != ResizeCoordinates::tf_crop_and_resize) return {};
  TRY_ASSIGN(const auto roi, view.floats(1, "roi"));
  if (roi.size() != 2 * axes.size())
    return view.error(fmt::format("roi has {} entries, expected {}: starts, then ends", roi.size(), 2 * axes.size()));
  for (std::size_t i = 0; i < axes.size(); ++i) {
    ResizeAxis& axis = resize.axes[static_cast<std::size_t>(axes[i])];
    axis.roi_start = roi[i];
    axis.roi_end = roi[i + axes.size()];
  }
  return {};
}

Status set_length(const NodeView& view, ResizeAxis& axis, double length, double output) {
  if (!(output >= 1) || output > static_cast<double>(kMaxExtent) || axis.input < 1 || axis.input > kMaxExtent)
    return view.error(fmt::format("an axis of {} cannot be resized to {}", axis.input, output));
  axis.output = static_cast<std::int64_t>(output);
  axis.length = length;
  return {};
}

Status apply_scales(const NodeView& view, const std::vector<int>& axes, ResizeParameters& resize) {
  TRY_ASSIGN(const auto scales, view.floats(2, "scales"));
  if (scales.size() != axes.size())
    return view.error(fmt::format("scales has {} entries, expected {}", scales.size(), axes.size()));
  const bool crops = resize.coordinates == ResizeCoordinates::tf_crop_and_resize;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    ResizeAxis& axis = resize.axes[static_cast<std::size_t>(axes[i])];
    if (!(scales[i] > 0)) return view.error(fmt::format("scales holds {}, expected more than 0", scales[i]));
    const auto roi = crops ? static_cast<float>(axis.roi_end - axis.roi_start) : 1.0f;
    // In float, as files mean it: ten pixels by 0.7f are seven. A length that float calls whole is whole, whatever
    // the scale's own rounding says.
    const float product = static_cast<float>(axis.input) * roi * scales[i];
    const float rounded = std::floor(product);
    const double exact = static_cast<double>(axis.input) * roi * static_cast<double>(scales[i]);
    TRY(set_length(view, axis, product == rounded ? static_cast<double>(product) : exact, rounded));
  }
  return {};
}

Status apply_sizes(const NodeView& view, const std::vector<int>& axes, ResizeParameters& resize) {
  TRY_ASSIGN(const auto sizes, view.ints(3, "sizes"));
  if (sizes.size() != axes.size())
    return view.error(fmt::format("sizes has {} entries, expected {}", sizes.size(), axes.size()));
  const std::string_view policy = view.attributes().string_or("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch" && policy != "not_larger" && policy != "not_smaller")
    return view.error(
        fmt::format("keep_aspect_ratio_policy is '{}', expected stretch, not_larger or not_smaller", policy));
  std::vector<double> scales;
  for (std::size_t i = 0; i < axes.size(); ++i)
    scales.push_back(static_cast<double>(sizes[i]) /
                     static_cast<double>(resize.axes[static_cast<std::size_t>(axes[i])].input));
  for (std::size_t i = 0; i < axes.size(); ++i) {
    ResizeAxis& axis = resize.axes[static_cast<std::size_t>(axes[i])];
    auto size = static_cast<double>(sizes[i]);
    double length = size;
    if (policy != "stretch") {
      const double scale = policy == "not_larger" ? *std::min_element(scales.begin(), scales.end())
                                                  : *std::max_element(scales.begin(), scales.end());
      length = scale * static_cast<double>(axis.input);
      size = std::floor(length + 0.5);  // halves go up
    }
    TRY(set_length(view, axis, length, size));
  }
  return {};
}

}  // namespace

Result<ResizeParameters> resolve_resize(const Graph& graph, const Node& node) {
  const NodeView view(graph, node);
  ResizeParameters resize;
  TRY(read_modes(view, resize));
  const Shape& input = view.shape(0);
  std::vector<std::int64_t> every(static_cast<std::size_t>(input.rank()));
  std::iota(every.begin(), every.end(), 0);
  TRY_ASSIGN(const auto axes, view.axes(view.attributes().ints_or("axes", every), input.rank()));
  for (std::int64_t extent : input.dims())
    resize.axes.push_back({extent, extent, static_cast<double>(extent), 0.0, 1.0});
  TRY(read_roi(view, axes, resize));
  // Older files give empty scales beside sizes, and the other way round.
  const bool has_sizes = view.has(3) && view.shape(3).elements() != 0;
  const bool has_scales = view.has(2) && view.shape(2).elements() != 0;
  if (has_sizes == has_scales)
    return view.error(has_sizes ? "both scales and sizes are given, expected one"
                                : "neither scales nor sizes is given");
  TRY(has_sizes ? apply_sizes(view, axes, resize) : apply_scales(view, axes, resize));
  return resize;
}

double source_coordinate(const ResizeAxis& axis, ResizeCoordinates coordinates, std::int64_t index) {
  const auto x = static_cast<double>(index);
  const auto input = static_cast<double>(axis.input);
  const auto last = static_cast<double>(axis.input - 1);
  // One product, one division: positions that are whole come out whole.
  const double centred = (x + 0.5) * input / axis.length - 0.5;
  switch (coordinates) {
    case ResizeCoordinates::half_pixel: return centred;
    case ResizeCoordinates::half_pixel_symmetric:
      return centred + (input - static_cast<double>(axis.output) * input / axis.length) / 2;
    case ResizeCoordinates::pytorch_half_pixel: return axis.output == 1 ? 0.0 : centred;
    case ResizeCoordinates::align_corners: return axis.output == 1 ? 0.0 : x * last / (axis.length - 1);
    case ResizeCoordinates::asymmetric: return x * input / axis.length;
    case ResizeCoordinates::tf_crop_and_resize: break;
  }
  const double span = (axis.roi_end - axis.roi_start) * last;
  const double inside = axis.output == 1 ? span / 2 : x * span / static_cast<double>(axis.output - 1);
  return inside + axis.roi_start * last;
}

std::int64_t nearest_pixel(double coordinate, ResizeNearest mode, std::int64_t input) {
  double pixel = coordinate;
  switch (mode) {
    case ResizeNearest::round_prefer_floor: pixel = std::ceil(coordinate - 0.5); break;
    case ResizeNearest::round_prefer_ceil: pixel = std::floor(coordinate + 0.5); break;
    case ResizeNearest::floor: pixel = std::floor(coordinate); break;
    case ResizeNearest::ceil: pixel = std::ceil(coordinate); break;
  }
  return static_cast<std::int64_t>(std::clamp(pixel, 0.0, static_cast<double>(input - 1)));
}

}  // namespace diolkos::graph
