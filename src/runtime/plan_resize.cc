#include <vector>

#include "graph/resize_parameters.h"
#include "kernels/resize/resize.h"
#include "kernels/resize/taps.h"
#include "reference/resize_taps.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

namespace resize = kernels::resize;
using graph::Node;

resize::Axis axis_of(const graph::ResizeParameters& parameters, const graph::ResizeAxis& axis) {
  std::vector<double> coordinates;
  for (std::int64_t i = 0; i < axis.output; ++i)
    coordinates.push_back(graph::source_coordinate(axis, parameters.coordinates, i));
  if (parameters.mode == graph::ResizeMode::linear) return resize::linear_axis(axis.input, coordinates);
  std::vector<std::int64_t> pixels;
  for (const double x : coordinates) pixels.push_back(graph::nearest_pixel(x, parameters.nearest, axis.input));
  return resize::nearest_axis(axis.input, pixels);
}

bool is_of_planes(const graph::ResizeParameters& parameters) {
  return parameters.coordinates != graph::ResizeCoordinates::tf_crop_and_resize && parameters.axes.size() == 4 &&
         parameters.axes[0].identity() && parameters.axes[1].identity();
}

// Nearest, or between two neighbours.
bool is_plain(const graph::ResizeParameters& parameters) {
  return parameters.mode == graph::ResizeMode::nearest ||
         (parameters.mode == graph::ResizeMode::linear && !parameters.antialias && !parameters.exclude_outside);
}

resize::TapAxis taps_of(const graph::ResizeParameters& parameters, const graph::ResizeAxis& axis) {
  const reference::ResizeTaps taps = reference::resize_taps(parameters, axis);
  return {axis.input, axis.output, taps.count, {taps.pixels.begin(), taps.pixels.end()},
          {taps.weights.begin(), taps.weights.end()}};
}

void plan_taps(Planner& planner, const Node& node, const graph::ResizeParameters& parameters) {
  const Shape& shape = planner.shape(node.input(0));
  resize::TapSpec spec{shape[0] * shape[1], taps_of(parameters, parameters.axes[2]),
                       taps_of(parameters, parameters.axes[3]), planner.options().isa};
  const BufferId input = planner.read(node.input(0), Layout::plain);
  const BufferId output = planner.write(node.output(), Layout::plain);
  const BufferId scratch =
      planner.scratch(resize::tap_scratch_floats(spec, planner.options().threads()) * sizeof(float));
  const std::string kernel = "resize taps " + std::string(cpu::name_of(spec.isa));
  planner.add(make_step([=, chosen = std::move(spec)](const Context& context) {
                resize::run_taps(chosen, context.floats(input), context.floats(output), context.floats(scratch),
                                 context.pool);
              }),
              node, kernel, {input});
}

}  // namespace

std::optional<resize::Spec> blocked_resize(const Planner& planner, const Node& node) {
  if (!planner.is_float_image(node.input(0)) || !planner.is_float_image(node.output())) return std::nullopt;
  const auto parameters = graph::resolve_resize(planner.graph(), node);
  if (!parameters || !is_of_planes(*parameters) || !is_plain(*parameters)) return std::nullopt;
  const Shape& shape = planner.shape(node.input(0));
  return resize::Spec{shape[0] * kernels::blocks_of(shape[1]), axis_of(*parameters, parameters->axes[2]),
                      axis_of(*parameters, parameters->axes[3]), planner.options().isa};
}

// Where the result is wanted plain (the network's last step, as a rule) the small input is reordered, not the result.
Result<bool> plan_resize(Planner& planner, const Node& node) {
  if (!planner.is_float_image(node.input(0)) || !planner.is_float_image(node.output())) return false;
  if (is_in_resized_sum(planner, node)) return true;
  TRY_ASSIGN(const graph::ResizeParameters parameters, graph::resolve_resize(planner.graph(), node));
  if (!is_of_planes(parameters)) return false;
  if (!is_plain(parameters)) {
    plan_taps(planner, node, parameters);
    return true;
  }
  const Shape& shape = planner.shape(node.input(0));
  const bool plain = planner.wanted_plain(node.output());
  const Layout layout = plain ? Layout::plain : Layout::blocked;
  resize::Spec spec;
  spec.planes = shape[0] * (plain ? shape[1] : kernels::blocks_of(shape[1]));
  spec.height = axis_of(parameters, parameters.axes[2]);
  spec.width = axis_of(parameters, parameters.axes[3]);
  spec.isa = planner.options().isa;
  const BufferId input = planner.read(node.input(0), layout);
  const BufferId output = planner.write(node.output(), layout);
  const std::size_t scratch_floats = plain ? resize::plain_scratch_floats(spec, planner.options().threads()) : 0;
  const BufferId scratch = planner.scratch(scratch_floats * sizeof(float));
  const std::string kernel =
      std::string(plain ? "resize plain " : "resize ") + std::string(cpu::name_of(spec.isa));
  planner.add(make_step([=, chosen = std::move(spec)](const Context& context) {
                if (plain)
                  resize::run_plain(chosen, context.floats(input), context.floats(output), context.floats(scratch),
                                    context.pool);
                else
                  resize::run_blocked(chosen, context.floats(input), context.floats(output), context.pool);
              }),
              node, kernel, {input});
  return true;
}

}  // namespace diolkos::runtime
