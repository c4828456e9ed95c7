#include <algorithm>
#include <cstring>

#include "graph/constant_node.h"
#include "graph/shape_span.h"
#include "reference/operators.h"

namespace diolkos::reference {

Status shape(const Call& call) {
  const Shape& given = call.in(0).shape();
  std::int64_t* values = mutable_data<std::int64_t>(call.out());
  if (call.op() == graph::Op::Size) {
    *values = given.elements();
    return {};
  }
  const auto [start, end] = graph::shape_span(call.attributes(), given.rank());
  std::copy(given.begin() + start, given.begin() + end, values);
  return {};
}

Status constant(const Call& call) {
  TRY_ASSIGN(const Tensor value, graph::constant_of(call.view));
  if (value.bytes() != 0) std::memcpy(call.out().mutable_data(), value.data(), value.bytes());
  return {};
}

Status constant_of_shape(const Call& call) {
  const graph::Attribute* value = call.attributes().find("value");
  const Tensor* tensor = value == nullptr ? nullptr : std::get_if<Tensor>(value);
  return visit_size(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    std::fill_n(mutable_data<T>(call.out()), call.out().elements(), tensor == nullptr ? T{0} : *data<T>(*tensor));
    return {};
  });
}

Status range(const Call& call) {
  return visit_numbers(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    using Wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;
    const auto start = static_cast<Wide>(*data<T>(call.in(0)));
    const auto delta = static_cast<Wide>(*data<T>(call.in(2)));
    T* y = mutable_data<T>(call.out());
    for (std::int64_t i = 0; i < call.out().elements(); ++i)
      y[i] = static_cast<T>(start + static_cast<Wide>(i) * delta);
    return {};
  });
}

}  // namespace diolkos::reference
