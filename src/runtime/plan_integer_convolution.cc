#include <array>

#include "graph/window.h"
#include "kernels/integer/convolution.h"
#include "runtime/convolution_spec.h"
#include "runtime/plan_integer.h"

namespace diolkos::runtime {
namespace {

namespace integer = kernels::integer;
using graph::kNoValue;
using graph::Node;
using graph::ValueId;

// float32 product of scales for the older uint8, double for the others.
std::vector<integer::Multiplier> multipliers_of(const Planner& planner, const Node& node, std::int64_t channels) {
  const float x = scale_of(planner, node.input(0)), y = scale_of(planner, node.output());
  const auto& scales = planner.type(node.input(1)).quantization->scales;
  const bool legacy = planner.type(node.input(0)).dtype == DType::uint8;
  std::vector<integer::Multiplier> multipliers;
  for (std::int64_t c = 0; c < channels; ++c) {
    const float w = scales[scales.size() == 1 ? 0 : static_cast<std::size_t>(c)];
    const double product = legacy ? static_cast<double>(x * w) : static_cast<double>(x) * static_cast<double>(w);
    multipliers.push_back(multiplier_of(product / static_cast<double>(y)));
  }
  return multipliers;
}

// One zero point for all channels.
std::optional<std::int32_t> weight_zero(const graph::Quantization& quantization) {
  for (const std::int32_t zero : quantization.zero_points)
    if (zero != quantization.zero_points[0]) return std::nullopt;
  return quantization.zero_points.empty() ? 0 : quantization.zero_points[0];
}

bool fits(const Planner& planner, const Node& node) {
  const graph::Graph& graph = planner.graph();
  if (!is_integer_image(planner, node.input(0)) || !is_integer_image(planner, node.output())) return false;
  const ValueId w = node.input(1), b = node.input(2);
  const DType x = planner.type(node.input(0)).dtype;
  if (planner.type(node.output()).dtype != x || !graph.value(w).is_constant()) return false;
  if (b != kNoValue && !graph.value(b).is_constant()) return false;
  const DType stored = planner.type(w).dtype;
  if (stored != DType::int8 && (stored != DType::uint8 || x == DType::int16)) return false;
  const auto& quantization = planner.type(w).quantization;
  if (!quantization || !weight_zero(*quantization)) return false;
  if (x == DType::int16 && *weight_zero(*quantization) != 0) return false;
  const std::size_t scales = quantization->scales.size();
  return scales == 1 || scales == static_cast<std::size_t>(planner.shape(w)[0]);
}

Result<integer::Spec> spec_of(const Planner& planner, const Node& node, const Bounds& bounds) {
  const graph::Graph& graph = planner.graph();
  TRY_ASSIGN(const graph::Window window, graph::resolve_window(graph, node));
  const graph::TensorType& x = planner.type(node.input(0));
  const ValueId w = node.input(1), b = node.input(2);
  integer::Spec spec;
  spec.shape = {x.shape[0],    x.shape[1],         planner.shape(node.output())[1],
                window.groups, axis_of(window[0]), axis_of(window[1])};
  spec.dtype = x.dtype;
  spec.weights.data = graph.value(w).constant->data();
  spec.weights.is_unsigned = planner.type(w).dtype == DType::uint8;
  spec.weights.zero = *weight_zero(*planner.type(w).quantization);
  if (b != kNoValue && !is_hollow(graph.value(b))) {
    TRY_ASSIGN(const Tensor bias, to_int64(*graph.value(b).constant));
    spec.bias.assign(bias.as<std::int64_t>().begin(), bias.as<std::int64_t>().end());
  }
  spec.wide = x.dtype == DType::int16 && (b == kNoValue || planner.type(b).dtype != DType::int32);
  spec.input_zero = zero_of(planner, node.input(0));
  spec.output_zero = zero_of(planner, node.output());
  spec.low = bounds.low;
  spec.high = bounds.high;
  spec.multipliers = multipliers_of(planner, node, spec.shape.out_channels);
  spec.isa = planner.options().isa;
  spec.engine = integer::engine_for(spec.isa);
  spec.threads = planner.options().threads();
  spec.pool = planner.options().pool;
  spec.store = planner.options().store;
  return spec;
}

// The sum that alone reads the convolution's result, where its other operand, made before, is another image of 8 bits.
struct Sum {
  integer::Pointwise op;
  ValueId added;
  ValueId value;  // what is written
};

std::optional<Sum> fused_sum(const Planner& planner, const Bounds& bounds) {
  const graph::Graph& graph = planner.graph();
  if (graph.is_output(bounds.value) || planner.type(bounds.value).dtype == DType::int16) return std::nullopt;
  const auto users = planner.users(bounds.value);
  if (users.size() != 1) return std::nullopt;
  const Node& user = graph.node(users[0]);
  if (user.op != graph::Op::Add || user.input(0) == user.input(1)) return std::nullopt;
  const ValueId added = user.input(user.input(0) == bounds.value ? 1 : 0);
  if (!planner.has(added, Layout::pixels) || planner.shape(added) != planner.shape(bounds.value)) return std::nullopt;
  const Bounds of_sum = fused_bounds(planner, user);
  const auto op = pointwise_of(planner, user, bounds.value, added, of_sum);
  if (!op) return std::nullopt;
  return Sum{*op, added, of_sum.value};
}

}  // namespace

Result<bool> plan_integer_convolution(Planner& planner, const Node& node) {
  if (!fits(planner, node)) return false;
  const Bounds bounds = fused_bounds(planner, node);
  TRY_ASSIGN(integer::Spec spec, spec_of(planner, node, bounds));
  auto sum = spec.shape.is_depthwise() ? std::nullopt : fused_sum(planner, bounds);
  if (sum) spec.sum = sum->op;
  auto made = integer::plan(spec);
  if (made == nullptr) return false;
  const std::shared_ptr<const integer::Convolution> convolution = std::move(made);
  const BufferId input = planner.read(node.input(0), Layout::pixels);
  const BufferId added = sum ? planner.read(sum->added, Layout::pixels) : kNoBuffer;
  const BufferId output = planner.write(sum ? sum->value : bounds.value, Layout::pixels);
  const BufferId scratch = planner.scratch(convolution->scratch_bytes());
  planner.add_weight_bytes(convolution->weight_bytes());
  auto step = make_step([=](const Context& context) {
    convolution->run(
        {context.bytes(input), context.bytes(added), context.bytes(output), context.bytes(scratch)}, context.pool);
  });
  step->multiply_adds = spec.shape.multiply_adds();
  const std::array reads{input, added};
  planner.add(std::move(step), node, "conv2d " + convolution->kernel(),
              sum ? std::span<const BufferId>(reads) : std::span<const BufferId>(reads).first(1));
  planner.packed(node.input(1));
  planner.packed(node.input(2));
  return true;
}

}  // namespace diolkos::runtime
