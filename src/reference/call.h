// One evaluation of one node: what every reference operator is given.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "base/result.h"
#include "base/tensor.h"
#include "graph/node_view.h"

namespace diolkos::reference {

struct Call {
  graph::NodeView view;
  std::span<const Tensor> inputs;
  std::span<Tensor> outputs;

  const graph::Attributes& attributes() const { return view.attributes(); }
  graph::Op op() const { return view.node().op; }
  bool has(std::size_t input) const { return input < inputs.size() && inputs[input].defined(); }
  const Tensor& in(std::size_t input) const { return inputs[input]; }
  Tensor& out(std::size_t output = 0) const { return outputs[output]; }

  tl::unexpected<Error> refuse(DType dtype) const {
    return unsupported(describe(view.node()) + ": not evaluated for " + std::string(name_of(dtype)));
  }
};

template <class T>
using Type = std::type_identity<T>;

// Calls body(Type<T>{}) for the C++ type of `dtype`; half types are not among them (evaluate() widens them).
template <class Body>
Status visit_floats(const Call& call, DType dtype, Body&& body) {
  switch (dtype) {
    case DType::float32: return body(Type<float>{});
    case DType::float64: return body(Type<double>{});
    default: return call.refuse(dtype);
  }
}

template <class Body>
Status visit_integers(const Call& call, DType dtype, Body&& body) {
  switch (dtype) {
    case DType::int8: return body(Type<std::int8_t>{});
    case DType::uint8: return body(Type<std::uint8_t>{});
    case DType::int16: return body(Type<std::int16_t>{});
    case DType::uint16: return body(Type<std::uint16_t>{});
    case DType::int32: return body(Type<std::int32_t>{});
    case DType::uint32: return body(Type<std::uint32_t>{});
    case DType::int64: return body(Type<std::int64_t>{});
    case DType::uint64: return body(Type<std::uint64_t>{});
    default: return call.refuse(dtype);
  }
}

template <class Body>
Status visit_numbers(const Call& call, DType dtype, Body&& body) {
  return is_float(dtype) ? visit_floats(call, dtype, body) : visit_integers(call, dtype, body);
}

// By size alone, for operators that only move elements.
template <class Body>
Status visit_size(const Call& call, DType dtype, Body&& body) {
  switch (size_of(dtype)) {
    case 1: return body(Type<std::uint8_t>{});
    case 2: return body(Type<std::uint16_t>{});
    case 4: return body(Type<std::uint32_t>{});
    case 8: return body(Type<std::uint64_t>{});
    default: return call.refuse(dtype);
  }
}

template <class T>
const T* data(const Tensor& tensor) {
  return reinterpret_cast<const T*>(tensor.data());
}
template <class T>
T* mutable_data(Tensor& tensor) {
  return reinterpret_cast<T*>(tensor.mutable_data());
}

}  // namespace diolkos::reference
