// What is computed by convolutions though it is none: ConvTranspose, Gemm and MatMul, with constant weights. These stay
// in the graph, and are packed at each start.
#include <optional>

#include "graph/window.h"
#include "kernels/conv_transpose/conv_transpose.h"
#include "kernels/gemm/gemm.h"
#include "runtime/convolution_spec.h"

namespace diolkos::runtime {
namespace {

namespace conv2d = kernels::conv2d;
using graph::kNoValue;
using graph::Node;
using graph::ValueId;

constexpr std::int64_t kMostPhases = 4096;

bool has_floats(const Planner& planner, ValueId id) {
  return is_float_constant(planner, id) && !is_hollow(planner.graph().value(id));
}

std::span<const float> floats_of(const Planner& planner, ValueId id) {
  return planner.graph().value(id).constant->as<float>();
}

// A product's constant side as [outputs][inputs], times `factor`.
std::vector<float> weights_of(std::span<const float> from, std::int64_t inputs, std::int64_t outputs, bool transposed,
                              float factor) {
  std::vector<float> weights(from.size());
  for (std::int64_t n = 0; n < outputs; ++n)
    for (std::int64_t k = 0; k < inputs; ++k)
      weights[static_cast<std::size_t>(n * inputs + k)] =
          factor * from[static_cast<std::size_t>(transposed ? n * inputs + k : k * outputs + n)];
  return weights;
}

// One value for each column, or for all; nothing where it is not so.
std::optional<std::vector<float>> bias_of(const Planner& planner, ValueId id, std::int64_t outputs, float factor) {
  if (id == kNoValue) return std::vector<float>();
  if (!has_floats(planner, id)) return std::nullopt;
  const Shape& shape = planner.shape(id);
  const auto from = floats_of(planner, id);
  const bool of_columns = shape.rank() > 0 && shape[shape.rank() - 1] == outputs && shape.elements() == outputs;
  if (!of_columns && shape.elements() != 1) return std::nullopt;
  std::vector<float> bias;
  for (std::int64_t n = 0; n < outputs; ++n)
    bias.push_back(factor * from[of_columns ? static_cast<std::size_t>(n) : 0]);
  return bias;
}

Result<bool> add_product(Planner& planner, const Node& node, const conv2d::Spec& spec, std::int64_t rows) {
  auto made = kernels::Gemm::plan(spec, rows);
  if (made == nullptr) return false;
  const std::shared_ptr<const kernels::Gemm> gemm = std::move(made);
  const BufferId input = planner.read(node.input(0), Layout::plain);
  const BufferId output = planner.write(node.output(), Layout::plain);
  const BufferId scratch = planner.scratch(gemm->scratch_floats() * sizeof(float));
  planner.add_weight_bytes(gemm->weight_bytes());
  auto step = make_step([=](const Context& context) {
    gemm->run(context.floats(input), context.floats(output), context.floats(scratch), context.pool);
  });
  step->multiply_adds = rows * spec.shape.in_channels * spec.shape.out_channels;
  planner.add(std::move(step), node, "product " + gemm->kernel(), {input});
  return true;
}

bool is_product(const Planner& planner, const Node& node) {
  return planner.type(node.input(0)).dtype == DType::float32 && has_floats(planner, node.input(1)) &&
         planner.shape(node.input(1)).rank() == 2 && planner.shape(node.output()).elements() > 0 &&
         planner.shape(node.input(1)).elements() > 0;
}

}  // namespace

Result<bool> plan_conv_transpose(Planner& planner, const Node& node) {
  const ValueId x = node.input(0), y = node.output(), w = node.input(1), b = node.input(2);
  if (!planner.is_float_image(x) || !planner.is_float_image(y) || !has_floats(planner, w)) return false;
  if (b != kNoValue && !has_floats(planner, b)) return false;
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(planner.graph(), node));
  if (window.spatial_rank != 2 || window[0].stride * window[1].stride > kMostPhases) return false;
  conv2d::Spec spec = convolution_spec(planner.options());
  spec.shape = {planner.shape(x)[0], planner.shape(x)[1], planner.shape(y)[1],
                window.groups, axis_of(window[0]), axis_of(window[1])};
  spec.weights = floats_of(planner, w);
  if (b != kNoValue) spec.bias = floats_of(planner, b);
  auto made = kernels::ConvTranspose::plan(spec);
  if (made == nullptr) return false;
  const std::shared_ptr<const kernels::ConvTranspose> transpose = std::move(made);
  const BufferId plain = transpose->reads_plain() ? planner.read(x, Layout::plain) : kNoBuffer;
  const BufferId blocked = transpose->reads_blocked() ? planner.read(x, Layout::blocked) : kNoBuffer;
  const BufferId output = planner.write(y, Layout::blocked);
  const BufferId scratch = planner.scratch(transpose->scratch_floats() * sizeof(float));
  planner.add_weight_bytes(transpose->weight_bytes());
  auto step = make_step([=](const Context& context) {
    transpose->run(context.floats(plain), context.floats(blocked), context.floats(output), context.floats(scratch),
                   context.pool);
  });
  step->multiply_adds = spec.shape.batch * spec.shape.in_channels * spec.shape.in_pixels() *
                        spec.shape.out_channels_of_group() * spec.shape.height.kernel * spec.shape.width.kernel;
  planner.add(std::move(step), node, "conv transpose " + transpose->kernel(), {plain, blocked});
  return true;
}

// y = alpha * x * w + beta * c, c the same for every row.
Result<bool> plan_gemm(Planner& planner, const Node& node) {
  if (!is_product(planner, node) || node.attributes.int_or("transA", 0) != 0)
    return plan_batched_product(planner, node);
  const bool transposed = node.attributes.int_or("transB", 0) != 0;
  conv2d::Spec spec = convolution_spec(planner.options());
  spec.shape.in_channels = planner.shape(node.input(1))[transposed ? 1 : 0];
  spec.shape.out_channels = planner.shape(node.input(1))[transposed ? 0 : 1];
  const auto bias = bias_of(planner, node.input(2), spec.shape.out_channels, node.attributes.float_or("beta", 1.0f));
  if (!bias) return plan_batched_product(planner, node);
  const auto weights = weights_of(floats_of(planner, node.input(1)), spec.shape.in_channels, spec.shape.out_channels,
                                  transposed, node.attributes.float_or("alpha", 1.0f));
  spec.weights = weights;
  spec.bias = *bias;
  return add_product(planner, node, spec, planner.shape(node.output())[0]);
}

// Of any tensor with a matrix: its last axis is summed over, all others are rows.
Result<bool> plan_matmul(Planner& planner, const Node& node) {
  if (!is_product(planner, node)) return plan_batched_product(planner, node);
  conv2d::Spec spec = convolution_spec(planner.options());
  spec.shape.in_channels = planner.shape(node.input(1))[0];
  spec.shape.out_channels = planner.shape(node.input(1))[1];
  const auto weights =
      weights_of(floats_of(planner, node.input(1)), spec.shape.in_channels, spec.shape.out_channels, false, 1);
  spec.weights = weights;
  return add_product(planner, node, spec, planner.shape(node.output()).elements() / spec.shape.out_channels);
}

}  // namespace diolkos::runtime
