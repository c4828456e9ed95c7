#include <cmath>

#include <ATen/core/Tensor.h>
#include <ATen/ops/hardsigmoid.h>
#include <ATen/ops/hardswish.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/silu.h>

#include "graph/element_type.h"
#include "libtorch/in_place.h"
#include "libtorch/operators.h"

namespace diolkos::plugin::libtorch {
namespace {

using graph::NodeView;
using graph::Op;

template <class Compute>
Operator unary(Compute compute) {
  return [compute](at::Tensor* in, at::Tensor* out) { out[0] = compute(in[0]); };
}

// torchvision's networks activate in place; so does this where the input is read by nothing else.
template <class Compute, class Overwrite>
Operator activation(Compute compute, Overwrite overwrite) {
  return [=](at::Tensor* in, at::Tensor* out) { out[0] = is_ours(in[0]) ? overwrite(in[0]) : compute(in[0]); };
}

template <class Compute>
Operator binary(Compute compute) {
  return [compute](at::Tensor* in, at::Tensor* out) { out[0] = compute(in[0], in[1]); };
}

template <class Compute>
Operator over_all(std::size_t count, Compute compute) {
  return [=](at::Tensor* in, at::Tensor* out) {
    out[0] = in[0];
    for (std::size_t i = 1; i < count; ++i) out[0] = compute(out[0], in[i]);
  };
}

Operator sum() {
  return [](at::Tensor* in, at::Tensor* out) {
    const bool alike = in[0].sizes() == in[1].sizes();
    if (alike && is_ours(in[0])) {
      out[0] = in[0].add_(in[1]);
    } else if (alike && is_ours(in[1])) {
      out[0] = in[1].add_(in[0]);
    } else {
      out[0] = in[0].add(in[1]);
    }
  };
}

Result<Operator> clip(const NodeView& node) {
  double least = -INFINITY, most = INFINITY;
  if (node.has(1)) {
    TRY_ASSIGN(const std::vector<float> values, node.floats(1, "min"));
    least = values.at(0);
  }
  if (node.has(2)) {
    TRY_ASSIGN(const std::vector<float> values, node.floats(2, "max"));
    most = values.at(0);
  }
  return activation([=](const at::Tensor& x) { return x.clamp(least, most); },
                    [=](at::Tensor& x) { return x.clamp_(least, most); });
}

Operator hard_sigmoid(const NodeView& node) {
  const double alpha = node.attributes().float_or("alpha", 0.2f), beta = node.attributes().float_or("beta", 0.5f);
  if (std::fabs(alpha - 1.0 / 6) < 1e-6 && beta == 0.5)
    return unary([](const at::Tensor& x) { return at::hardsigmoid(x); });
  return unary([=](const at::Tensor& x) { return x.mul(alpha).add(beta).clamp(0, 1); });
}

Result<Operator> cast(const NodeView& node) {
  const std::optional<DType> to = graph::dtype_of_onnx(node.attributes().int_or("to", 0));
  // Floating-point types become the one that is computed in, which the session's constants have already.
  if (to == DType::float32 && is_float(node.dtype(0))) return unary([](const at::Tensor& x) { return x; });
  if (to == DType::float32) return unary([](const at::Tensor& x) { return x.to(at::kFloat); });
  if (to == DType::int64) return unary([](const at::Tensor& x) { return x.to(at::kLong); });
  if (to == DType::int32) return unary([](const at::Tensor& x) { return x.to(at::kInt); });
  if (to == DType::uint8) return unary([](const at::Tensor& x) { return x.to(at::kByte); });
  return refuse(node, "a conversion to this type");
}

Operator plain_unary(Op op) {
  switch (op) {
    case Op::Sigmoid: return unary([](const at::Tensor& x) { return x.sigmoid(); });
    case Op::Swish: return unary([](const at::Tensor& x) { return at::silu(x); });
    case Op::Tanh: return unary([](const at::Tensor& x) { return x.tanh(); });
    case Op::Exp: return unary([](const at::Tensor& x) { return x.exp(); });
    case Op::Log: return unary([](const at::Tensor& x) { return x.log(); });
    case Op::Sqrt: return unary([](const at::Tensor& x) { return x.sqrt(); });
    case Op::Reciprocal: return unary([](const at::Tensor& x) { return x.reciprocal(); });
    case Op::Abs: return unary([](const at::Tensor& x) { return x.abs(); });
    case Op::Neg: return unary([](const at::Tensor& x) { return x.neg(); });
    case Op::Floor: return unary([](const at::Tensor& x) { return x.floor(); });
    case Op::Ceil: return unary([](const at::Tensor& x) { return x.ceil(); });
    case Op::Erf: return unary([](const at::Tensor& x) { return x.erf(); });
    case Op::Identity: return unary([](const at::Tensor& x) { return x; });
    default: return {};
  }
}

}  // namespace

Result<Operator> make_element_operator(const NodeView& node) {
  const Op op = node.node().op;
  const double slope = node.attributes().float_or("alpha", 0.01f);
  if (op == Op::Div && !is_float(node.dtype(0))) return refuse(node, "a division of integers");
  if (op == Op::Swish && node.attributes().float_or("alpha", 1) != 1) return refuse(node, "alpha other than 1");
  switch (op) {
    case Op::Relu:
      return activation([](const at::Tensor& x) { return x.relu(); }, [](at::Tensor& x) { return x.relu_(); });
    case Op::HardSwish:
      return activation([](const at::Tensor& x) { return at::hardswish(x); },
                        [](at::Tensor& x) { return at::hardswish_(x); });
    case Op::HardSigmoid: return hard_sigmoid(node);
    case Op::LeakyRelu: return unary([=](const at::Tensor& x) { return at::leaky_relu(x, slope); });
    case Op::Clip: return clip(node);
    case Op::Cast: return cast(node);
    case Op::Add: return sum();
    case Op::Sub: return binary([](const at::Tensor& a, const at::Tensor& b) { return a.sub(b); });
    case Op::Mul: return binary([](const at::Tensor& a, const at::Tensor& b) { return a.mul(b); });
    case Op::Div: return binary([](const at::Tensor& a, const at::Tensor& b) { return a.div(b); });
    case Op::Pow: return binary([](const at::Tensor& a, const at::Tensor& b) { return a.pow(b); });
    case Op::Max:
      return over_all(node.input_count(), [](const at::Tensor& a, const at::Tensor& b) { return a.maximum(b); });
    case Op::Min:
      return over_all(node.input_count(), [](const at::Tensor& a, const at::Tensor& b) { return a.minimum(b); });
    default: return plain_unary(op);
  }
}

}  // namespace diolkos::plugin::libtorch
