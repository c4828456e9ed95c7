#include "reference/convert.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/half.h"
#include "reference/operators.h"

namespace diolkos::reference {
namespace {

struct Half {
  std::uint16_t bits;
};
struct Bfloat {
  std::uint16_t bits;
};

template <class T>
auto load(T value) {
  if constexpr (std::is_same_v<T, Half>) {
    return half_to_float(value.bits);
  } else if constexpr (std::is_same_v<T, Bfloat>) {
    return bfloat16_to_float(value.bits);
  } else {
    return value;
  }
}

template <class To, class From>
To store(From value) {
  if constexpr (std::is_same_v<To, Half>) {
    return {float_to_half(static_cast<float>(value))};
  } else if constexpr (std::is_same_v<To, Bfloat>) {
    return {float_to_bfloat16(static_cast<float>(value))};
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != From(0);
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // The limits as From: 2^63 stands for 2^63 - 1, which the comparison includes.
    if (std::isnan(value)) return 0;
    if (value >= static_cast<From>(std::numeric_limits<To>::max())) return std::numeric_limits<To>::max();
    if (value <= static_cast<From>(std::numeric_limits<To>::min())) return std::numeric_limits<To>::min();
    return static_cast<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

template <class Body>
bool visit_all(DType dtype, Body&& body) {
  switch (dtype) {
    case DType::undefined: return false;
    case DType::float32: body(Type<float>{}); return true;
    case DType::float16: body(Type<Half>{}); return true;
    case DType::bfloat16: body(Type<Bfloat>{}); return true;
    case DType::float64: body(Type<double>{}); return true;
    case DType::int8: body(Type<std::int8_t>{}); return true;
    case DType::uint8: body(Type<std::uint8_t>{}); return true;
    case DType::int16: body(Type<std::int16_t>{}); return true;
    case DType::uint16: body(Type<std::uint16_t>{}); return true;
    case DType::int32: body(Type<std::int32_t>{}); return true;
    case DType::uint32: body(Type<std::uint32_t>{}); return true;
    case DType::int64: body(Type<std::int64_t>{}); return true;
    case DType::uint64: body(Type<std::uint64_t>{}); return true;
    case DType::boolean: body(Type<bool>{}); return true;
  }
  return false;
}

}  // namespace

Status convert(const Tensor& from, Tensor& to) {
  if (from.elements() != to.elements())
    return failure(ErrorCode::internal, "conversion between tensors of different sizes");
  if (from.dtype() == to.dtype()) {
    if (to.bytes() != 0) std::memcpy(to.mutable_data(), from.data(), to.bytes());
    return {};
  }
  const std::int64_t count = from.elements();
  const bool known = visit_all(from.dtype(), [&]<class From>(Type<From>) {
    visit_all(to.dtype(), [&]<class To>(Type<To>) {
      const From* source = data<From>(from);
      To* target = mutable_data<To>(to);
      for (std::int64_t i = 0; i < count; ++i) target[i] = store<To>(load(source[i]));
    });
  });
  if (!known) return failure(ErrorCode::internal, "conversion of an undefined tensor");
  return {};
}

Result<Tensor> converted(const Tensor& from, DType dtype) {
  if (from.dtype() == dtype) return from;
  TRY_ASSIGN(Tensor to, Tensor::zeros(dtype, from.shape()));
  TRY(convert(from, to));
  return to;
}

Status cast(const Call& call) { return convert(call.in(0), call.out()); }

}  // namespace diolkos::reference
