// Resize, DepthToSpace and SpaceToDepth.
#include <cmath>

#include <fmt/format.h>

#include "formats/tflite/lowering.h"
#include "graph/resize_parameters.h"

namespace diolkos::tflite {
namespace {

using graph::ResizeAxis;
using graph::ResizeCoordinates;
using graph::ResizeMode;
using graph::ResizeNearest;

// TFLite's scale is the ratio of the sizes: the one that was asked for must be that.
bool scale_is_ratio(const ResizeAxis& axis) {
  return std::abs(axis.length - static_cast<double>(axis.output)) < 1e-4;
}

Status set_coordinates(const graph::Node& node, const graph::ResizeParameters& resize, Options& options) {
  switch (resize.coordinates) {
    case ResizeCoordinates::pytorch_half_pixel:  // differs from half_pixel for an output of one only
      for (const ResizeAxis& axis : resize.axes)
        if (axis.output == 1 && axis.input != 1) return not_in_tflite(node, "pytorch_half_pixel to a size of 1");
      [[fallthrough]];
    case ResizeCoordinates::half_pixel: options.half_pixel_centers = true; return {};
    case ResizeCoordinates::align_corners: options.align_corners = true; return {};
    case ResizeCoordinates::asymmetric: return {};
    default: return not_in_tflite(node, "TFLite resizes with half_pixel, align_corners or asymmetric coordinates");
  }
}

// Whether TFLite's nearest takes the same pixel: floor of its coordinate (to the nearest with align_corners).
bool same_nearest(const graph::ResizeParameters& resize, const Options& options) {
  for (const ResizeAxis& axis : resize.axes)
    for (std::int64_t i = 0; i < axis.output; ++i) {
      const double scale = options.align_corners && axis.output > 1
                               ? static_cast<double>(axis.input - 1) / static_cast<double>(axis.output - 1)
                               : static_cast<double>(axis.input) / static_cast<double>(axis.output);
      const double at = (static_cast<double>(i) + (options.half_pixel_centers ? 0.5 : 0.0)) * scale;
      const auto pixel = static_cast<std::int64_t>(options.align_corners ? std::round(at) : std::floor(at));
      const double coordinate = graph::source_coordinate(axis, resize.coordinates, i);
      if (std::min(pixel, axis.input - 1) != graph::nearest_pixel(coordinate, resize.nearest, axis.input)) return false;
    }
  return true;
}

}  // namespace

Status lower_resize(Lowering& to, const graph::Node& node) {
  TRY_ASSIGN(const graph::ResizeParameters resize, graph::resolve_resize(to.graph, node));
  if (resize.axes.size() != 4 || !resize.axes[0].identity() || !resize.axes[1].identity())
    return not_in_tflite(node, "TFLite resizes height and width of an image only");
  if (resize.mode == ResizeMode::cubic || resize.antialias)
    return not_in_tflite(node, "TFLite resizes bilinearly or to the nearest pixel, without antialiasing");
  for (const ResizeAxis& axis : resize.axes)
    if (!scale_is_ratio(axis))
      return not_in_tflite(node, fmt::format("scale {} of {} gives {}; TFLite's scale is the ratio of the sizes: give "
                                             "sizes instead", axis.scale(), axis.input, axis.output));
  Options options;
  TRY(set_coordinates(node, resize, options));
  Builtin builtin = Builtin::resize_bilinear;
  if (resize.mode == ResizeMode::nearest) {
    builtin = Builtin::resize_nearest_neighbor;
    if (!same_nearest(resize, options)) {
      options.half_pixel_centers = !options.half_pixel_centers && !options.align_corners;
      if (!same_nearest(resize, options)) return not_in_tflite(node, "TFLite's nearest pixel would be another one");
    }
  }
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  const int size =
      to.ints(fmt::format("{}/size", to.value(node.output()).name),
              {static_cast<std::int32_t>(resize.axes[2].output), static_cast<std::int32_t>(resize.axes[3].output)});
  to.emit(builtin, {input, size}, {to.output_tensor(node.output())}, options);
  return {};
}

Status lower_space_depth(Lowering& to, const graph::Node& node) {
  const bool to_space = node.op == graph::Op::DepthToSpace;
  if (to_space && node.attributes.string_or("mode", "DCR") != "DCR")
    return not_in_tflite(node, "TFLite's DEPTH_TO_SPACE has the order DCR, not CRD");
  TRY_ASSIGN(const int input, to.tensor(node.input(0)));
  Options options;
  options.block_size = static_cast<std::int32_t>(node.attributes.int_or("blocksize", 1));
  to.emit(to_space ? Builtin::depth_to_space : Builtin::space_to_depth, {input}, {to.output_tensor(node.output())},
          options);
  return {};
}

}  // namespace diolkos::tflite
