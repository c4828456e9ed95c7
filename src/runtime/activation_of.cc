#include "runtime/activation_of.h"

#include <limits>

namespace diolkos::runtime {
namespace {

using kernels::Activation;
using Kind = Activation::Kind;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::optional<float> bound(const graph::Graph& graph, graph::ValueId id, float absent) {
  if (id == graph::kNoValue) return absent;
  return graph::constant_scalar(graph, id);
}

}  // namespace

std::optional<Activation> fused_activation(const graph::Attributes& attributes) {
  const std::string_view name = attributes.string_or("activation", "");
  const auto a = [&](float fallback) { return attributes.float_or("activation_alpha", fallback); };
  const auto b = [&](float fallback) { return attributes.float_or("activation_beta", fallback); };
  if (name.empty()) return Activation{};
  if (name == "relu") return Activation::relu();
  if (name == "clip") return Activation{Kind::clip, a(-kInfinity), b(kInfinity)};
  if (name == "hardswish") return Activation{Kind::hardswish, 0, 0};
  if (name == "hardsigmoid") return Activation{Kind::hardsigmoid, a(0.2f), b(0.5f)};
  if (name == "sigmoid") return Activation{Kind::sigmoid, 0, 0};
  if (name == "gelu") return Activation{Kind::gelu, 0, 0};
  if (name == "gelu_tanh") return Activation{Kind::gelu_tanh, 0, 0};
  if (name == "leakyrelu") return Activation{Kind::leakyrelu, a(0.01f), 0};
  return std::nullopt;
}

std::optional<Activation> unary_activation(const graph::Graph& graph, const graph::Node& node) {
  using graph::Op;
  switch (node.op) {
    case Op::Relu: return Activation::relu();
    case Op::HardSwish: return Activation{Kind::hardswish, 0, 0};
    case Op::HardSigmoid:
      return Activation{Kind::hardsigmoid, node.attributes.float_or("alpha", 0.2f),
                        node.attributes.float_or("beta", 0.5f)};
    case Op::Sigmoid: return Activation{Kind::sigmoid, 0, 0};
    case Op::Swish: return Activation{Kind::swish, node.attributes.float_or("alpha", 1.0f), 0};
    case Op::Erf: return Activation{Kind::erf, 0, 0};
    case Op::Tanh: return Activation{Kind::tanh, 0, 0};
    case Op::Gelu: {
      const bool by_tanh = node.attributes.string_or("approximate", "none") == "tanh";
      return Activation{by_tanh ? Kind::gelu_tanh : Kind::gelu, 0, 0};
    }
    case Op::LeakyRelu: return Activation{Kind::leakyrelu, node.attributes.float_or("alpha", 0.01f), 0};
    case Op::Clip: {
      const auto low = bound(graph, node.input(1), -kInfinity);
      const auto high = bound(graph, node.input(2), kInfinity);
      if (low && high) return Activation{Kind::clip, *low, *high};
      return std::nullopt;
    }
    default: return std::nullopt;
  }
}

}  // namespace diolkos::runtime
