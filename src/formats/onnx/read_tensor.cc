#include <cstring>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "base/boolean_bytes.h"
#include "formats/onnx/data_type.h"
#include "formats/onnx/tensor_proto.h"
#include "graph/element_type.h"

namespace diolkos::formats::onnx_io {
namespace {

using ::onnx::TensorProto;

Result<Shape> shape_of(const TensorProto& proto) {
  const std::vector<std::int64_t> dims(proto.dims().begin(), proto.dims().end());
  if (dims.size() > static_cast<std::size_t>(Shape::kMaxRank))
    return unsupported(fmt::format("has rank {}, expected at most {}", dims.size(), Shape::kMaxRank));
  const auto shape = Shape::from(dims);
  if (!shape || !shape->closed()) return invalid(fmt::format("has shape [{}]", fmt::join(dims, ",")));
  if (!shape->checked_elements() || *shape->checked_elements() > (std::int64_t{1} << 48))
    return invalid(fmt::format("has shape {}, more elements than a file can hold", to_string(*shape)));
  return *shape;
}

// One integer or float field holds the elements of several types, each in a wider element of its own.
template <class To, class Field>
Result<Tensor> from_field(const Shape& shape, DType dtype, const Field& field) {
  if (field.size() != shape.elements())
    return invalid(
        fmt::format("has {} elements, its shape {} wants {}", field.size(), to_string(shape), shape.elements()));
  TRY_ASSIGN(Tensor tensor, Tensor::zeros(dtype, shape));
  auto* target = reinterpret_cast<To*>(tensor.mutable_data());
  for (int i = 0; i < field.size(); ++i) {
    const auto value = field.Get(i);
    if constexpr (std::is_integral_v<To>) {
      if (!std::in_range<To>(value)) return invalid(fmt::format("holds {}, outside {}", value, name_of(dtype)));
    }
    target[i] = static_cast<To>(value);
  }
  return tensor;
}

Result<Tensor> from_fields(const TensorProto& proto, DType dtype, const Shape& shape) {
  switch (dtype) {
    case DType::float32: return from_field<float>(shape, dtype, proto.float_data());
    case DType::float64: return from_field<double>(shape, dtype, proto.double_data());
    case DType::int64: return from_field<std::int64_t>(shape, dtype, proto.int64_data());
    case DType::uint64: return from_field<std::uint64_t>(shape, dtype, proto.uint64_data());
    case DType::uint32: return from_field<std::uint32_t>(shape, dtype, proto.uint64_data());
    case DType::int32: return from_field<std::int32_t>(shape, dtype, proto.int32_data());
    case DType::int16: return from_field<std::int16_t>(shape, dtype, proto.int32_data());
    case DType::int8: return from_field<std::int8_t>(shape, dtype, proto.int32_data());
    case DType::uint8: return from_field<std::uint8_t>(shape, dtype, proto.int32_data());
    case DType::boolean: return from_field<std::uint8_t>(shape, dtype, proto.int32_data());
    default: return from_field<std::uint16_t>(shape, dtype, proto.int32_data());  // uint16 and the half types' bits
  }
}

// Copies where the bytes cannot be read in place: not aligned, or booleans that are neither 0 nor 1.
Result<Tensor> over_bytes(DType dtype, const Shape& shape, std::shared_ptr<const std::byte> bytes) {
  Tensor viewed = Tensor::view(dtype, shape, std::move(bytes));
  const bool aligned = reinterpret_cast<std::uintptr_t>(viewed.data()) % size_of(dtype) == 0;
  const bool boolean = dtype == DType::boolean;
  if (aligned && !(boolean && !are_booleans({viewed.data(), viewed.bytes()}))) return viewed;
  TRY_ASSIGN(Tensor copy, Tensor::zeros(dtype, shape));
  for (std::size_t i = 0; boolean && i < viewed.bytes(); ++i)
    copy.mutable_data()[i] = viewed.data()[i] == std::byte{0} ? std::byte{0} : std::byte{1};
  if (!boolean) std::memcpy(copy.mutable_data(), viewed.data(), viewed.bytes());
  return copy;
}

Result<Tensor> from_raw(TensorProto& proto, DType dtype, const Shape& shape, std::uint64_t length) {
  if (proto.raw_data().size() != length)
    return invalid(fmt::format("has {} bytes of data, its shape {} {} wants {}", proto.raw_data().size(),
                               to_string(shape), name_of(dtype), length));
  auto owner = std::make_shared<std::string>(std::move(*proto.mutable_raw_data()));
  const auto* data = reinterpret_cast<const std::byte*>(owner->data());
  return over_bytes(dtype, shape, std::shared_ptr<const std::byte>(std::move(owner), data));
}

Result<Tensor> read(TensorProto& proto, ExternalData& external) {
  const auto dtype = graph::dtype_of_onnx(proto.data_type());
  if (!dtype) return unsupported(fmt::format("is of {}, which Diolkos does not hold", name_of_code(proto.data_type())));
  if (proto.has_segment()) return unsupported("is stored in segments");
  TRY_ASSIGN(const Shape shape, shape_of(proto));
  const std::uint64_t length = static_cast<std::uint64_t>(shape.elements()) * size_of(*dtype);
  if (proto.data_location() == TensorProto::EXTERNAL) {
    TRY_ASSIGN(auto bytes, external.bytes_of(proto, length));
    return over_bytes(*dtype, shape, std::move(bytes));
  }
  if (proto.has_raw_data()) return from_raw(proto, *dtype, shape, length);
  return from_fields(proto, *dtype, shape);
}

}  // namespace

Result<Tensor> read_tensor(TensorProto& proto, ExternalData& external) {
  auto tensor = read(proto, external);
  if (tensor) return tensor;
  tensor.error().message = fmt::format("tensor '{}' {}", proto.name(), tensor.error().message);
  return tensor;
}

}  // namespace diolkos::formats::onnx_io
