#include <cmath>
#include <cstring>
#include <limits>

#include "reference/convert.h"
#include "reference/operators.h"
#include "reference/strided.h"

namespace diolkos::reference {
namespace {

using graph::Op;

// y = function(a, b) with broadcasting.
template <class A, class B, class Y, class Function>
void zip(const Tensor& a, const Tensor& b, Tensor& y, Function function) {
  const A* left = data<A>(a);
  const B* right = data<B>(b);
  Y* result = mutable_data<Y>(y);
  const std::array<Strides, 3> strides{broadcast_strides(a.shape(), y.shape()), broadcast_strides(b.shape(), y.shape()),
                                       contiguous_strides(y.shape())};
  for_each_row(y.shape(), strides, [&](const auto& offsets, const auto& steps, std::int64_t count) {
    const A* p = left + offsets[0];
    const B* q = right + offsets[1];
    Y* r = result + offsets[2];
    for (std::int64_t i = 0; i < count; ++i) r[i] = function(p[i * steps[0]], q[i * steps[1]]);
  });
}

// Sums and products of integers wrap; as unsigned numbers that is defined.
template <class T>
using Wrapping = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;

template <class T>
T divide(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    if (std::is_signed_v<T> && b == T(-1)) return static_cast<T>(0 - static_cast<std::uint64_t>(a));
  }
  return static_cast<T>(a / b);
}

// Integers take the divisor's sign (Python's %), with fmod the dividend's (C's).
template <class T>
T modulo(T a, T b, bool fmod) {
  if constexpr (std::is_floating_point_v<T>) {
    const T rest = std::fmod(a, b);
    return fmod || rest == 0 || (rest < 0) == (b < 0) ? rest : rest + b;
  } else {
    if (std::is_signed_v<T> && b == T(-1)) return 0;
    const auto rest = static_cast<T>(a % b);
    return fmod || rest == 0 || (rest < T(0)) == (b < T(0)) ? rest : static_cast<T>(rest + b);
  }
}

template <class T>
Status check_divisor(const Call& call) {
  if constexpr (std::is_integral_v<T>) {
    for (T value : call.in(1).as<T>())
      if (value == 0) return call.view.error("division of integers by zero");
  }
  return {};
}

template <class T>
Status arithmetic_of(const Call& call) {
  const auto apply = [&](auto function) -> Status {
    zip<T, T, T>(call.in(0), call.in(1), call.out(), function);
    return {};
  };
  using W = Wrapping<T>;
  switch (call.op()) {
    case Op::Add: return apply([](T a, T b) { return static_cast<T>(W(a) + W(b)); });
    case Op::Sub: return apply([](T a, T b) { return static_cast<T>(W(a) - W(b)); });
    case Op::Mul: return apply([](T a, T b) { return static_cast<T>(W(a) * W(b)); });
    case Op::PRelu: return apply([](T a, T b) { return a < T(0) ? static_cast<T>(W(a) * W(b)) : a; });
    case Op::Div: TRY(check_divisor<T>(call)); return apply(divide<T>);
    default: break;
  }
  TRY(check_divisor<T>(call));
  const bool fmod = call.attributes().int_or("fmod", 0) != 0;
  return apply([fmod](T a, T b) { return modulo<T>(a, b, fmod); });
}

template <class T>
T integer_power(T base, std::int64_t exponent) {
  if (exponent < 0) return base == T(1) ? T(1) : base == T(-1) ? (exponent % 2 != 0 ? base : T(1)) : T(0);
  std::uint64_t result = 1;
  for (auto factor = static_cast<std::uint64_t>(base); exponent != 0; exponent >>= 1, factor *= factor)
    if (exponent & 1) result *= factor;
  return static_cast<T>(result);
}

template <class T>
Status power_of(const Call& call) {
  if constexpr (std::is_floating_point_v<T>) {
    TRY_ASSIGN(const Tensor exponent, converted(call.in(1), call.in(0).dtype()));
    zip<T, T, T>(call.in(0), exponent, call.out(), [](T a, T b) { return std::pow(a, b); });
  } else if (is_float(call.in(1).dtype())) {
    TRY_ASSIGN(const Tensor base, converted(call.in(0), DType::float64));
    TRY_ASSIGN(const Tensor exponent, converted(call.in(1), DType::float64));
    TRY_ASSIGN(Tensor result, Tensor::zeros(DType::float64, call.out().shape()));
    zip<double, double, double>(base, exponent, result, [](double a, double b) { return std::pow(a, b); });
    TRY(convert(result, call.out()));
  } else {
    TRY_ASSIGN(const Tensor exponent, to_int64(call.in(1)));
    zip<T, std::int64_t, T>(call.in(0), exponent, call.out(), integer_power<T>);
  }
  return {};
}

template <class T>
Status extreme_of(const Call& call) {
  const bool largest = call.op() == Op::Max;
  Tensor& y = call.out();
  zip<T, T, T>(call.in(0), call.in(0), y, [](T a, T) { return a; });
  for (std::size_t i = 1; i < call.inputs.size(); ++i) {
    // NaN wins, as in NumPy.
    if (largest) {
      zip<T, T, T>(y, call.in(i), y, [](T a, T b) { return b > a || b != b ? b : a; });
    } else {
      zip<T, T, T>(y, call.in(i), y, [](T a, T b) { return b < a || b != b ? b : a; });
    }
  }
  return {};
}

template <class T>
Status compare_of(const Call& call) {
  const auto apply = [&](auto function) -> Status {
    zip<T, T, bool>(call.in(0), call.in(1), call.out(), function);
    return {};
  };
  switch (call.op()) {
    case Op::Equal: return apply([](T a, T b) { return a == b; });
    case Op::Greater: return apply([](T a, T b) { return a > b; });
    case Op::GreaterOrEqual: return apply([](T a, T b) { return a >= b; });
    case Op::Less: return apply([](T a, T b) { return a < b; });
    default: return apply([](T a, T b) { return a <= b; });
  }
}

}  // namespace

Status arithmetic(const Call& call) {
  return visit_numbers(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return arithmetic_of<T>(call); });
}

Status power(const Call& call) {
  return visit_numbers(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return power_of<T>(call); });
}

Status extreme(const Call& call) {
  return visit_numbers(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return extreme_of<T>(call); });
}

Status compare(const Call& call) {
  if (call.in(0).dtype() == DType::boolean) return compare_of<bool>(call);
  return visit_numbers(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return compare_of<T>(call); });
}

Status logic(const Call& call) {
  if (call.op() == Op::And) {
    zip<bool, bool, bool>(call.in(0), call.in(1), call.out(), [](bool a, bool b) { return a && b; });
  } else {
    zip<bool, bool, bool>(call.in(0), call.in(1), call.out(), [](bool a, bool b) { return a || b; });
  }
  return {};
}

Status where(const Call& call) {
  const Shape& shape = call.out().shape();
  return visit_size(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    const bool* condition = data<bool>(call.in(0));
    const T* yes = data<T>(call.in(1));
    const T* no = data<T>(call.in(2));
    T* result = mutable_data<T>(call.out());
    const std::array<Strides, 4> strides{broadcast_strides(call.in(0).shape(), shape),
                                         broadcast_strides(call.in(1).shape(), shape),
                                         broadcast_strides(call.in(2).shape(), shape), contiguous_strides(shape)};
    for_each_row(shape, strides, [&](const auto& offsets, const auto& steps, std::int64_t count) {
      for (std::int64_t i = 0; i < count; ++i)
        result[offsets[3] + i] =
            condition[offsets[0] + i * steps[0]] ? yes[offsets[1] + i * steps[1]] : no[offsets[2] + i * steps[2]];
    });
    return {};
  });
}

}  // namespace diolkos::reference
