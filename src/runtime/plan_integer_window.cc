// Pools, means, resizing, and what moves pixels.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "graph/pad_parameters.h"
#include "graph/quantize_layout.h"
#include "graph/resize_parameters.h"
#include "graph/window.h"
#include "kernels/integer/window.h"
#include "runtime/convolution_spec.h"
#include "runtime/plan_integer.h"

namespace diolkos::runtime {
namespace {

namespace integer = kernels::integer;
using graph::Node;
using graph::Op;
using graph::ValueId;

std::string named(std::string_view kernel, const Planner& planner) {
  return std::string(kernel) + " " + std::string(cpu::name_of(planner.options().isa));
}

bool same_images(const Planner& planner, ValueId x, ValueId y) {
  return is_integer_image(planner, x) && is_integer_image(planner, y) && planner.type(x).dtype == planner.type(y).dtype;
}

// TFLite's coordinates: 10 fraction bits.
std::vector<integer::Neighbours> neighbours(const graph::ResizeAxis& axis, graph::ResizeCoordinates coordinates) {
  constexpr std::int32_t kOne = 1 << 10;
  const bool corners = coordinates == graph::ResizeCoordinates::align_corners && axis.output > 1;
  const bool centres = coordinates == graph::ResizeCoordinates::half_pixel;
  const std::int64_t in = axis.input - (corners ? 1 : 0), out = axis.output - (corners ? 1 : 0);
  const auto scale = static_cast<std::int32_t>((kOne * in + out / 2) / out);
  std::vector<integer::Neighbours> all;
  for (std::int64_t i = 0; i < axis.output; ++i) {
    const auto at = static_cast<std::int32_t>(i * scale + (centres ? scale / 2 - kOne / 2 : 0));
    const std::int32_t low = std::max(at / kOne, 0);
    const auto high = static_cast<std::int32_t>(std::min<std::int64_t>((at + kOne - 1) / kOne, axis.input - 1));
    all.push_back({low, high, at - kOne * low});
  }
  return all;
}

// ONNX's coordinates, rounded to 10 fraction bits only then.
std::vector<integer::Neighbours> exact_neighbours(const graph::ResizeAxis& axis, graph::ResizeCoordinates coordinates) {
  std::vector<integer::Neighbours> all;
  for (std::int64_t i = 0; i < axis.output; ++i) {
    const double last = static_cast<double>(axis.input - 1);
    const double at = std::clamp(graph::source_coordinate(axis, coordinates, i), 0.0, last);
    const auto low = static_cast<std::int32_t>(at);
    const auto high = static_cast<std::int32_t>(std::min<std::int64_t>(low + 1, axis.input - 1));
    all.push_back({low, high, static_cast<std::int32_t>(std::lround((at - low) * 1024))});
  }
  return all;
}

std::vector<integer::Neighbours> neighbours_of(const Node& node, const graph::ResizeParameters& resize,
                                               std::size_t axis) {
  const bool exact = graph::is_defined_by_onnx(node);
  return (exact ? exact_neighbours : neighbours)(resize.axes[axis], resize.coordinates);
}

// Rows and columns of pixels picked from the input: nearest resizing.
struct Picked {
  std::vector<std::int64_t> rows, columns;
};

std::vector<std::int64_t> picked(const graph::ResizeParameters& resize, const graph::ResizeAxis& axis) {
  std::vector<std::int64_t> pixels;
  for (std::int64_t i = 0; i < axis.output; ++i)
    pixels.push_back(
        graph::nearest_pixel(graph::source_coordinate(axis, resize.coordinates, i), resize.nearest, axis.input));
  return pixels;
}

void plan_bilinear(Planner& planner, const Node& node, const graph::ResizeParameters& resize) {
  const ValueId x = node.input(0), y = node.output();
  integer::Bilinear spec{integer_image(planner.type(x)), integer_image(planner.type(y)),
                         neighbours_of(node, resize, 2), neighbours_of(node, resize, 3)};
  const cpu::Isa isa = planner.options().isa;
  const BufferId input = planner.read(x, Layout::pixels);
  const BufferId output = planner.write(y, Layout::pixels);
  const BufferId scratch = planner.scratch(integer::bilinear_scratch_bytes(spec, planner.options().threads()));
  planner.add(make_step([=, chosen = std::move(spec)](const Context& context) {
                integer::run_bilinear(chosen, isa, context.bytes(input), context.bytes(output), context.bytes(scratch),
                                      context.pool);
              }),
              node, named("int resize", planner), {input});
}

void plan_nearest(Planner& planner, const Node& node, const graph::ResizeParameters& resize) {
  const integer::Image in = integer_image(planner.type(node.input(0))),
                       out = integer_image(planner.type(node.output()));
  Picked pixels{picked(resize, resize.axes[2]), picked(resize, resize.axes[3])};
  const BufferId input = planner.read(node.input(0), Layout::pixels);
  const BufferId output = planner.write(node.output(), Layout::pixels);
  planner.add(make_step([=, from = std::move(pixels)](const Context& context) {
                const auto bytes = static_cast<std::size_t>(in.stride() * in.element_bytes());
                context.pool.parallel_for(out.batch * out.height, [&](std::int64_t index, int) {
                  const std::int64_t row =
                      index / out.height * in.height + from.rows[static_cast<std::size_t>(index % out.height)];
                  const std::byte* line = context.bytes(input) + static_cast<std::size_t>(row * in.width) * bytes;
                  std::byte* to = context.bytes(output) + static_cast<std::size_t>(index * out.width) * bytes;
                  for (const std::int64_t column : from.columns) {
                    std::memcpy(to, line + static_cast<std::size_t>(column) * bytes, bytes);
                    to += bytes;
                  }
                });
              }),
              node, "int resize nearest", {input});
}

bool over_image(const Planner& planner, const Node& node) {
  if (node.op == Op::GlobalAveragePool) return true;
  const Shape &x = planner.shape(node.input(0)), &y = planner.shape(node.output());
  return y == Shape{x[0], x[1], 1, 1};
}

struct Part {
  BufferId from;
  integer::Image image;
  std::int64_t at;  // channel of the result
};

}  // namespace

Result<bool> plan_integer_pool(Planner& planner, const Node& node) {
  const ValueId x = node.input(0);
  if (!same_images(planner, x, node.output())) return false;
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(planner.graph(), node));
  const bool average = node.op == Op::AveragePool;
  if (window.spatial_rank != 2 || window[0].dilation != 1 || window[1].dilation != 1) return false;
  if (average && node.attributes.int_or("count_include_pad", 0) != 0) return false;
  if (!average && !same_parameters(planner, x, node.output())) return false;
  const Bounds bounds = fused_bounds(planner, node);
  integer::Pool pool{average,
                     integer_image(planner.type(x)),
                     integer_image(planner.type(node.output())),
                     axis_of(window[0]),
                     axis_of(window[1]),
                     0,
                     0};
  pool.low = bounds.low + pool.input.offset();
  pool.high = bounds.high + pool.input.offset();
  const cpu::Isa isa = planner.options().isa;
  const BufferId input = planner.read(x, Layout::pixels);
  const BufferId output = planner.write(bounds.value, Layout::pixels);
  planner.add(make_step([=](const Context& context) {
                integer::run_pool(pool, isa, context.bytes(input), context.bytes(output), context.pool);
              }),
              node, named("int pool", planner), {input});
  return true;
}

// The count goes into the multiplier: mantissa * 2^shift / count.
Result<bool> plan_integer_mean(Planner& planner, const Node& node) {
  const ValueId x = node.input(0), y = node.output();
  if (!same_images(planner, x, y) || !over_image(planner, node)) return false;
  const Bounds bounds = fused_bounds(planner, node);
  integer::Mean mean;
  mean.input = integer_image(planner.type(x));
  const std::int64_t count = mean.input.plane();
  const std::int32_t offset = mean.input.offset();
  mean.by = multiplier_of(static_cast<double>(scale_of(planner, x)) / static_cast<double>(scale_of(planner, y)));
  const int shift =
      std::min({static_cast<int>(std::bit_width(static_cast<std::uint64_t>(count))) - 1, 32, 31 + mean.by.exponent});
  mean.by.mantissa = static_cast<std::int32_t>((static_cast<std::int64_t>(mean.by.mantissa) << shift) / count);
  mean.by.exponent -= shift;
  mean.zero_x = zero_of(planner, x) + offset;
  mean.zero_y = zero_of(planner, y) + offset;
  mean.low = bounds.low + offset;
  mean.high = bounds.high + offset;
  const BufferId input = planner.read(x, Layout::pixels);
  const BufferId output = planner.write(bounds.value, Layout::pixels);
  planner.add(make_step([=](const Context& context) {
                integer::run_mean(mean, context.bytes(input), context.bytes(output), context.pool);
              }),
              node, "int mean", {input});
  return true;
}

Result<bool> plan_integer_resize(Planner& planner, const Node& node) {
  if (!same_images(planner, node.input(0), node.output())) return false;
  TRY_ASSIGN(const graph::ResizeParameters resize, graph::resolve_resize(planner.graph(), node));
  if (resize.axes.size() != 4 || !resize.axes[0].identity() || !resize.axes[1].identity()) return false;
  const bool nearest = resize.mode == graph::ResizeMode::nearest;
  if (resize.mode == graph::ResizeMode::linear && !resize.antialias) {
    plan_bilinear(planner, node, resize);
    return true;
  }
  if (!nearest || !same_parameters(planner, node.input(0), node.output())) return false;
  if (resize.coordinates == graph::ResizeCoordinates::tf_crop_and_resize) return false;
  plan_nearest(planner, node, resize);
  return true;
}

// Along channels, all inputs on the output's scale.
Result<bool> plan_integer_concat(Planner& planner, const Node& node) {
  const ValueId y = node.output();
  const std::int64_t axis = node.attributes.int_or("axis", 0);
  if (!is_integer_image(planner, y) || (axis != 1 && axis != -3)) return false;
  for (const ValueId x : node.inputs)
    if (!is_integer_image(planner, x) || !same_parameters(planner, x, y)) return false;
  std::vector<Part> parts;
  std::vector<BufferId> reads;
  std::int64_t at = 0;
  for (const ValueId x : node.inputs) {
    parts.push_back({planner.read(x, Layout::pixels), integer_image(planner.type(x)), at});
    reads.push_back(parts.back().from);
    at += parts.back().image.channels;
  }
  const integer::Image image = integer_image(planner.type(y));
  const BufferId output = planner.write(y, Layout::pixels);
  planner.add(make_step([=](const Context& context) {
                const std::int64_t bytes = image.element_bytes(), lines = image.batch * image.height;
                context.pool.parallel_for(lines, [&](std::int64_t line, int) {
                  for (std::int64_t p = line * image.width; p < (line + 1) * image.width; ++p)
                    for (const Part& part : parts)
                      std::memcpy(context.bytes(output) + (p * image.stride() + part.at) * bytes,
                                  context.bytes(part.from) + p * part.image.stride() * bytes,
                                  static_cast<std::size_t>(part.image.channels * bytes));
                });
              }),
              node, "int concat", reads);
  return true;
}

// Height and width, with a constant.
Result<bool> plan_integer_pad(Planner& planner, const Node& node) {
  const ValueId x = node.input(0), y = node.output(), fill = node.input(2);
  if (!same_images(planner, x, y) || !same_parameters(planner, x, y)) return false;
  TRY_ASSIGN(const graph::PadParameters pad, graph::resolve_pad(graph::NodeView(planner.graph(), node)));
  if (pad.mode != graph::PadMode::constant || pad.begin.size() != 4) return false;
  for (std::size_t i = 0; i < 4; ++i)
    if (pad.begin[i] < 0 || pad.end[i] < 0 || (i < 2 && pad.begin[i] + pad.end[i] != 0)) return false;
  std::int32_t value = 0;
  if (fill != graph::kNoValue) {
    const auto& constant = planner.graph().value(fill).constant;
    if (!constant || constant->dtype() != planner.type(x).dtype || constant->elements() != 1) return false;
    TRY_ASSIGN(const Tensor wide, to_int64(*constant));
    value = static_cast<std::int32_t>(wide.as<std::int64_t>()[0]);
  }
  const integer::Image in = integer_image(planner.type(x)), out = integer_image(planner.type(y));
  value += in.offset();
  const std::int64_t top = pad.begin[2], left = pad.begin[3];
  const BufferId input = planner.read(x, Layout::pixels);
  const BufferId output = planner.write(y, Layout::pixels);
  planner.add(make_step([=](const Context& context) {
                const auto run = [&]<class T>(const T* from, T* to) {
                  const std::int64_t stride = in.stride();
                  context.pool.parallel_for(out.batch * out.height, [&](std::int64_t index, int) {
                    const std::int64_t row = index % out.height - top;
                    T* line = to + index * out.width * stride;
                    std::fill_n(line, out.width * stride, static_cast<T>(value));
                    if (row < 0 || row >= in.height) return;
                    const std::int64_t source = (index / out.height * in.height + row) * in.width * stride;
                    std::copy_n(from + source, in.width * stride, line + left * stride);
                  });
                };
                if (in.dtype == DType::int16)
                  run(reinterpret_cast<const std::int16_t*>(context.bytes(input)),
                      reinterpret_cast<std::int16_t*>(context.bytes(output)));
                else
                  run(reinterpret_cast<const std::uint8_t*>(context.bytes(input)),
                      reinterpret_cast<std::uint8_t*>(context.bytes(output)));
              }),
              node, "int pad", {input});
  return true;
}

}  // namespace diolkos::runtime
