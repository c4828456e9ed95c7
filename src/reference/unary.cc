#include <cmath>
#include <cstring>
#include <limits>

#include "reference/operators.h"

namespace diolkos::reference {
namespace {

using graph::Op;

template <class T, class Function>
Status map(const Call& call, Function function) {
  const T* x = data<T>(call.in(0));
  T* y = mutable_data<T>(call.out());
  const std::int64_t count = call.out().elements();
  for (std::int64_t i = 0; i < count; ++i) y[i] = function(x[i]);
  return {};
}

template <class T>
T sigmoid(T x) {
  return T(1) / (T(1) + std::exp(-x));
}

template <class T>
T unit(T x) {  // clipped to [0, 1]
  return x < 0 ? T(0) : x > 1 ? T(1) : x;
}

template <class T>
T gelu(T x) {
  return T(0.5) * x * (T(1) + std::erf(x * T(0.70710678118654752440)));
}

template <class T>
T gelu_by_tanh(T x) {
  return T(0.5) * x * (T(1) + std::tanh(T(0.79788456080286535588) * (x + T(0.044715) * x * x * x)));
}

template <class T>
Status map_float(const Call& call) {
  const auto alpha = [&](float fallback) { return static_cast<T>(call.attributes().float_or("alpha", fallback)); };
  const auto beta = static_cast<T>(call.attributes().float_or("beta", 0.5f));
  switch (call.op()) {
    case Op::HardSigmoid: return map<T>(call, [a = alpha(0.2f), beta](T x) { return unit(a * x + beta); });
    case Op::HardSwish: return map<T>(call, [](T x) { return x * unit(x / T(6) + T(0.5)); });
    case Op::Sigmoid: return map<T>(call, [](T x) { return sigmoid(x); });
    case Op::Swish: return map<T>(call, [a = alpha(1.0f)](T x) { return x * sigmoid(a * x); });
    case Op::Tanh: return map<T>(call, [](T x) { return std::tanh(x); });
    case Op::LeakyRelu: return map<T>(call, [a = alpha(0.01f)](T x) { return x < 0 ? a * x : x; });
    case Op::Elu: return map<T>(call, [a = alpha(1.0f)](T x) { return x < 0 ? a * std::expm1(x) : x; });
    case Op::Exp: return map<T>(call, [](T x) { return std::exp(x); });
    case Op::Log: return map<T>(call, [](T x) { return std::log(x); });
    case Op::Sqrt: return map<T>(call, [](T x) { return std::sqrt(x); });
    case Op::Reciprocal: return map<T>(call, [](T x) { return T(1) / x; });
    case Op::Floor: return map<T>(call, [](T x) { return std::floor(x); });
    case Op::Ceil: return map<T>(call, [](T x) { return std::ceil(x); });
    case Op::Round: return map<T>(call, [](T x) { return std::nearbyint(x); });  // halves to even
    case Op::Erf: return map<T>(call, [](T x) { return std::erf(x); });
    case Op::Sin: return map<T>(call, [](T x) { return std::sin(x); });
    case Op::Cos: return map<T>(call, [](T x) { return std::cos(x); });
    case Op::Gelu:
      return call.attributes().string_or("approximate", "none") == "tanh" ? map<T>(call, gelu_by_tanh<T>)
                                                                          : map<T>(call, gelu<T>);
    default: return call.refuse(call.in(0).dtype());
  }
}

// A clip whose bounds cross gives the upper one.
template <class T>
Status clip(const Call& call) {
  using Limits = std::numeric_limits<T>;
  const T low = call.has(1) ? *data<T>(call.in(1)) : Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  const T high = call.has(2) ? *data<T>(call.in(2)) : Limits::has_infinity ? Limits::infinity() : Limits::max();
  return map<T>(call, [low, high](T x) {
    const T raised = x < low ? low : x;
    return raised > high ? high : raised;
  });
}

template <class T>
Status map_number(const Call& call) {
  switch (call.op()) {
    case Op::Relu: return map<T>(call, [](T x) { return x < T(0) ? T(0) : x; });
    case Op::Clip: return clip<T>(call);
    // The most negative integer stays as it is.
    case Op::Neg:
      return map<T>(call, [](T x) {
        return std::is_integral_v<T> ? static_cast<T>(T(0) - std::uint64_t(x)) : static_cast<T>(-x);
      });
    default:
      return map<T>(call, [](T x) {
        if constexpr (std::is_floating_point_v<T>) return std::fabs(x);
        return x < T(0) ? static_cast<T>(0 - static_cast<std::uint64_t>(x)) : x;
      });
  }
}

}  // namespace

Status unary(const Call& call) {
  return visit_floats(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return map_float<T>(call); });
}

Status unary_number(const Call& call) {
  return visit_numbers(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return map_number<T>(call); });
}

Status logical_not(const Call& call) {
  return map<bool>(call, [](bool x) { return !x; });
}

Status copy(const Call& call) {
  if (call.out().bytes() != 0) std::memcpy(call.out().mutable_data(), call.in(0).data(), call.out().bytes());
  return {};
}

Status dropout(const Call& call) {
  const bool training = call.has(2) && call.in(2).elements() == 1 && *data<std::uint8_t>(call.in(2)) != 0;
  if (training) return unsupported(describe(call.view.node()) + ": training_mode is set, expected inference");
  TRY(copy(call));
  if (call.outputs.size() > 1) std::memset(call.out(1).mutable_data(), 1, call.out(1).bytes());
  return {};
}

}  // namespace diolkos::reference
