#include <algorithm>
#include <limits>
#include <vector>

#include "base/around.h"
#include "graph/reduce_axes.h"
#include "reference/operators.h"
#include "reference/strided.h"

namespace diolkos::reference {
namespace {

using graph::Op;

// What sums and products are kept in: doubles, or 64 bits that wrap.
template <class T>
using Wide = std::conditional_t<std::is_floating_point_v<T>, double,
                                std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>;

template <class T>
T neutral(Op op) {
  using Limits = std::numeric_limits<T>;
  if (op == Op::ReduceProd) return T(1);
  if (op == Op::ReduceMax) return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  if (op == Op::ReduceMin) return Limits::has_infinity ? Limits::infinity() : Limits::max();
  return T(0);
}

// Strides into the result for a walk over the input: 0 along reduced axes.
Strides reduced_strides(const Shape& shape, const std::vector<int>& axes) {
  Shape kept = shape;
  for (int axis : axes) kept[axis] = 1;
  return broadcast_strides(kept, shape);
}

// result[r] = function(result[r], x[i]) for every element i and the r it belongs to.
template <class T, class R, class Function>
void fold(const Tensor& x, const Strides& into, std::vector<R>& result, Function function) {
  const T* source = data<T>(x);
  const std::array<Strides, 2> strides{contiguous_strides(x.shape()), into};
  for_each_row(x.shape(), strides, [&](const auto& offsets, const auto& steps, std::int64_t count) {
    const T* from = source + offsets[0];
    R* to = result.data() + offsets[1];
    for (std::int64_t i = 0; i < count; ++i) to[i * steps[1]] = function(to[i * steps[1]], from[i]);
  });
}

template <class T>
Status reduce_of(const Call& call) {
  TRY_ASSIGN(const auto axes, graph::reduce_axes(call.view));
  const Tensor& x = call.in(0);
  Tensor& y = call.out();
  using W = Wide<T>;
  using Wrapping = std::conditional_t<std::is_integral_v<T>, std::uint64_t, W>;
  const Op op = call.op();
  std::vector<W> result(static_cast<std::size_t>(y.elements()), neutral<W>(op));
  const Strides into = reduced_strides(x.shape(), axes);
  switch (op) {
    case Op::ReduceMax: fold<T>(x, into, result, [](W a, T b) { return std::max(a, static_cast<W>(b)); }); break;
    case Op::ReduceMin: fold<T>(x, into, result, [](W a, T b) { return std::min(a, static_cast<W>(b)); }); break;
    case Op::ReduceProd:
      fold<T>(x, into, result,
              [](W a, T b) { return static_cast<W>(static_cast<Wrapping>(a) * static_cast<Wrapping>(b)); });
      break;
    default:
      fold<T>(x, into, result,
              [](W a, T b) { return static_cast<W>(static_cast<Wrapping>(a) + static_cast<Wrapping>(b)); });
  }
  if (op == Op::ReduceMean && !result.empty()) {
    const auto count = static_cast<W>(x.elements() / y.elements());
    if (std::is_integral_v<T> && count == W(0)) return call.view.error("the mean of no integers");
    for (W& value : result) value = static_cast<W>(value / count);
  }
  std::transform(result.begin(), result.end(), mutable_data<T>(y), [](W value) {
    // The extremes of nothing, where T is narrower than W.
    if constexpr (std::is_integral_v<T>)
      if (value == std::numeric_limits<W>::max() || value == std::numeric_limits<W>::lowest())
        return value > 0 ? std::numeric_limits<T>::max() : std::numeric_limits<T>::lowest();
    return static_cast<T>(value);
  });
  return {};
}

// Whole rows of `inner` at a time, so that memory is read in order whatever the axis.
template <class T, class Better>
void arg_block(const T* x, std::int64_t* y, const Around& around, std::vector<T>& best, Better better) {
  const auto inner = static_cast<std::size_t>(around.inner);
  std::copy_n(x, inner, best.begin());
  std::fill_n(y, inner, 0);
  for (std::int64_t c = 1; c < around.extent; ++c) {
    const T* row = x + c * around.inner;
    for (std::size_t i = 0; i < inner; ++i) {
      const bool wins = better(row[i], best[i]);
      best[i] = wins ? row[i] : best[i];
      y[i] = wins ? c : y[i];
    }
  }
}

template <class T>
Status arg_reduce_of(const Call& call) {
  const Shape& shape = call.in(0).shape();
  TRY_ASSIGN(const int axis, call.view.axis(call.attributes().int_or("axis", 0), shape.rank()));
  const Around around(shape, axis);
  const bool last = call.attributes().int_or("select_last_index", 0) != 0;
  std::vector<T> best(static_cast<std::size_t>(around.inner));
  for (std::int64_t o = 0; o < around.outer; ++o) {
    const T* x = data<T>(call.in(0)) + o * around.extent * around.inner;
    std::int64_t* y = mutable_data<std::int64_t>(call.out()) + o * around.inner;
    const bool largest = call.op() == Op::ArgMax;
    if (largest && last) arg_block(x, y, around, best, [](T a, T b) { return a >= b; });
    if (largest && !last) arg_block(x, y, around, best, [](T a, T b) { return a > b; });
    if (!largest && last) arg_block(x, y, around, best, [](T a, T b) { return a <= b; });
    if (!largest && !last) arg_block(x, y, around, best, [](T a, T b) { return a < b; });
  }
  return {};
}

}  // namespace

Status reduce(const Call& call) {
  return visit_numbers(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return reduce_of<T>(call); });
}

Status arg_reduce(const Call& call) {
  return visit_numbers(call, call.in(0).dtype(), [&]<class T>(Type<T>) { return arg_reduce_of<T>(call); });
}

}  // namespace diolkos::reference
