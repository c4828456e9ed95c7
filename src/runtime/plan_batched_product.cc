// Products of two computed matrices, or of many: MatMul, and Gemm that is no convolution. A Transpose of the last two
// axes that only such products read is no step of its own.
#include <algorithm>
#include <optional>
#include <vector>

#include "graph/broadcast.h"
#include "kernels/gemm/batched.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

using graph::kNoValue;
using graph::Node;
using graph::Op;
using graph::ValueId;

struct Side {
  ValueId value;
  bool turned;  // the product's matrices are the value's, transposed
};

bool turns_matrices(const Planner& planner, const Node& node) {
  if (node.op != Op::Transpose || planner.type(node.input(0)).dtype != DType::float32) return false;
  const auto order = node.attributes.ints_or("perm", {});
  const auto rank = std::ssize(order);
  if (rank < 2 || order[static_cast<std::size_t>(rank - 1)] != rank - 2 ||
      order[static_cast<std::size_t>(rank - 2)] != rank - 1)
    return false;
  for (std::int64_t i = 0; i + 2 < rank; ++i)
    if (order[static_cast<std::size_t>(i)] != i) return false;
  return true;
}

bool is_float_matrix(const Planner& planner, ValueId id) {
  return planner.type(id).dtype == DType::float32 && planner.shape(id).rank() >= 2 && planner.shape(id).elements() > 0;
}

// That plan_batched_product takes.
bool is_computed_product(const Planner& planner, const Node& node) {
  if (node.op != Op::MatMul || !is_float_matrix(planner, node.input(0)) || !is_float_matrix(planner, node.input(1)))
    return false;
  return !planner.graph().value(node.input(1)).is_constant();
}

Side side_of(const Planner& planner, const Node& node, std::size_t index) {
  const ValueId value = node.input(index);
  const graph::NodeId producer = planner.graph().value(value).producer;
  if (node.op == Op::MatMul && producer != graph::kNoNode && !planner.has(value, Layout::plain) &&
      is_transposed_in_products(planner, planner.graph().node(producer)))
    return {planner.graph().node(producer).input(0), true};
  const bool turned = node.op == Op::Gemm && node.attributes.int_or(index == 0 ? "transA" : "transB", 0) != 0;
  return {value, turned};
}

// Elements before each matrix of a tensor whose leading axes are broadcast to those of `whole`.
std::vector<std::int64_t> offsets_of(const Shape& shape, const Shape& whole) {
  const int lead = whole.rank() - 2, missing = whole.rank() - shape.rank();
  const std::int64_t matrix = shape[shape.rank() - 2] * shape[shape.rank() - 1];
  std::vector<std::int64_t> offsets{0};
  std::int64_t step = matrix;
  std::vector<std::int64_t> steps(static_cast<std::size_t>(std::max(lead, 0)), 0);
  for (int axis = lead - 1; axis >= missing; --axis) {
    steps[static_cast<std::size_t>(axis)] = shape[axis - missing] == 1 ? 0 : step;
    step *= shape[axis - missing];
  }
  for (int axis = 0; axis < lead; ++axis) {
    std::vector<std::int64_t> next;
    for (const std::int64_t offset : offsets)
      for (std::int64_t i = 0; i < whole[axis]; ++i) next.push_back(offset + i * steps[static_cast<std::size_t>(axis)]);
    offsets = std::move(next);
  }
  return offsets;
}

// Gemm's third operand, which repeats along axes of one element.
struct Added {
  ValueId value = kNoValue;
  float factor = 1;
  std::int64_t row_step = 0, column_step = 0;
};

std::optional<Added> added_of(const Planner& planner, const Node& node) {
  const ValueId id = node.input(2);
  const float factor = node.attributes.float_or("beta", 1.0f);
  if (id == kNoValue || factor == 0) return Added{};
  if (planner.type(id).dtype != DType::float32 || is_hollow(planner.graph().value(id))) return std::nullopt;
  const Shape& shape = planner.shape(id);
  const std::int64_t columns = shape.rank() > 0 ? shape[shape.rank() - 1] : 1;
  const std::int64_t rows = shape.rank() > 1 ? shape[shape.rank() - 2] : 1;
  return Added{id, factor, rows == 1 ? 0 : columns, columns == 1 ? 0 : 1};
}

void add(const Added& added, std::int64_t rows, std::int64_t columns, const float* c, float* y) {
  for (std::int64_t m = 0; m < rows; ++m)
    for (std::int64_t n = 0; n < columns; ++n)
      y[m * columns + n] += added.factor * c[m * added.row_step + n * added.column_step];
}

}  // namespace

bool is_transposed_in_products(const Planner& planner, const Node& node) {
  if (!turns_matrices(planner, node) || planner.graph().is_output(node.output())) return false;
  const auto users = planner.users(node.output());
  return !users.empty() && std::all_of(users.begin(), users.end(), [&](graph::NodeId user) {
    return is_computed_product(planner, planner.graph().node(user));
  });
}

Result<bool> plan_batched_product(Planner& planner, const Node& node) {
  const bool gemm = node.op == Op::Gemm;
  if (!is_float_matrix(planner, node.input(0)) || !is_float_matrix(planner, node.input(1)) ||
      planner.shape(node.output()).elements() == 0)
    return false;
  if (!gemm && !is_computed_product(planner, node)) return false;
  const auto added = gemm ? added_of(planner, node) : std::optional<Added>(Added{});
  if (!added) return false;
  for (std::size_t i = 0; i < 2; ++i)
    if (is_hollow(planner.graph().value(node.input(i)))) return false;
  const Side a = side_of(planner, node, 0), b = side_of(planner, node, 1);
  const Shape& whole = planner.shape(node.output());
  const Shape& left = planner.shape(a.value);
  kernels::BatchedProduct product;
  product.rows = whole[whole.rank() - 2];
  product.columns = whole[whole.rank() - 1];
  product.inner = left[left.rank() - (a.turned ? 2 : 1)];
  product.a_transposed = a.turned;
  product.b_transposed = b.turned;
  product.a_at = offsets_of(left, whole);
  product.b_at = offsets_of(planner.shape(b.value), whole);
  product.factor = gemm ? node.attributes.float_or("alpha", 1.0f) : 1.0f;
  product.isa = planner.options().isa;
  product.threads = planner.options().threads();
  const BufferId first = planner.read(a.value, Layout::plain);
  const BufferId second = planner.read(b.value, Layout::plain);
  const BufferId third = added->value == kNoValue ? kNoBuffer : planner.read(added->value, Layout::plain);
  const BufferId output = planner.write(node.output(), Layout::plain);
  const BufferId scratch = planner.scratch(product.scratch_floats() * sizeof(float));
  const std::int64_t multiply_adds = whole.elements() * product.inner;
  auto step = make_step([=, plus = *added, chosen = std::move(product)](const Context& context) {
    chosen.run(context.floats(first), context.floats(second), context.floats(output), context.floats(scratch),
               context.pool);
    if (third != kNoBuffer) add(plus, chosen.rows, chosen.columns, context.floats(third), context.floats(output));
  });
  step->multiply_adds = multiply_adds;
  planner.add(std::move(step), node, "batched product " + std::string(cpu::name_of(planner.options().isa)),
              {first, second, third});
  return true;
}

}  // namespace diolkos::runtime
