#include "base/tensor.h"

#include <cstring>

#include <fmt/format.h>

#include "base/aligned_memory.h"
#include "base/half.h"

namespace diolkos {
namespace {

template <class To, class From>
void convert(const Tensor& from, Tensor& to) {
  auto source = from.as<From>();
  auto target = to.mutable_as<To>();
  for (std::size_t i = 0; i < source.size(); ++i) target[i] = static_cast<To>(source[i]);
}

template <class To>
bool convert_integers(const Tensor& from, Tensor& to) {
  switch (from.dtype()) {
    case DType::int8: convert<To, std::int8_t>(from, to); return true;
    case DType::uint8: convert<To, std::uint8_t>(from, to); return true;
    case DType::int16: convert<To, std::int16_t>(from, to); return true;
    case DType::uint16: convert<To, std::uint16_t>(from, to); return true;
    case DType::int32: convert<To, std::int32_t>(from, to); return true;
    case DType::uint32: convert<To, std::uint32_t>(from, to); return true;
    case DType::int64: convert<To, std::int64_t>(from, to); return true;
    case DType::uint64: convert<To, std::uint64_t>(from, to); return true;
    case DType::boolean: convert<To, bool>(from, to); return true;
    default: return false;
  }
}

}  // namespace

Result<Tensor> Tensor::zeros(DType dtype, const Shape& shape, std::uint64_t limit_bytes) {
  const auto count = shape.checked_elements();
  if (dtype == DType::undefined || !count)
    return invalid(fmt::format("cannot allocate a tensor of {} {}", to_string(shape), name_of(dtype)));
  if (static_cast<std::uint64_t>(*count) > limit_bytes / size_of(dtype))
    return invalid(fmt::format("a tensor of {} {} is over the limit of {} bytes", to_string(shape), name_of(dtype),
                               limit_bytes));
  Tensor tensor;
  tensor.dtype_ = dtype;
  tensor.shape_ = shape;
  auto memory = aligned_memory(tensor.bytes());
  if (!memory)
    return failure(ErrorCode::io, fmt::format("out of memory for a tensor of {} {}", to_string(shape), name_of(dtype)));
  std::memset(memory.get(), 0, tensor.bytes());
  tensor.data_ = std::move(memory);
  tensor.writable_ = true;
  return tensor;
}

Tensor Tensor::view(DType dtype, const Shape& shape, std::shared_ptr<const std::byte> owner) {
  Tensor tensor;
  tensor.dtype_ = dtype;
  tensor.shape_ = shape;
  tensor.data_ = std::move(owner);
  return tensor;
}

Tensor Tensor::mutable_view(DType dtype, const Shape& shape, std::shared_ptr<std::byte> owner) {
  Tensor tensor = view(dtype, shape, std::move(owner));
  tensor.writable_ = true;
  return tensor;
}

std::byte* Tensor::mutable_data() { return writable_ ? const_cast<std::byte*>(data_.get()) : nullptr; }

std::span<const std::uint16_t> Tensor::as_half_bits() const {
  if (dtype_ != DType::float16 && dtype_ != DType::bfloat16) return {};
  return {reinterpret_cast<const std::uint16_t*>(data()), static_cast<std::size_t>(elements())};
}

Tensor Tensor::reshaped(const Shape& shape) const {
  Tensor other = *this;
  if (shape.elements() == elements()) other.shape_ = shape;
  return other;
}

Result<Tensor> to_float32(const Tensor& tensor) {
  if (tensor.dtype() == DType::float32) return tensor;
  TRY_ASSIGN(Tensor result, Tensor::zeros(DType::float32, tensor.shape()));
  if (tensor.dtype() == DType::float64) {
    convert<float, double>(tensor, result);
  } else if (auto bits = tensor.as_half_bits(); tensor.dtype() == DType::float16 || tensor.dtype() == DType::bfloat16) {
    auto target = result.mutable_as<float>();
    const bool half = tensor.dtype() == DType::float16;
    for (std::size_t i = 0; i < bits.size(); ++i)
      target[i] = half ? half_to_float(bits[i]) : bfloat16_to_float(bits[i]);
  } else if (!convert_integers<float>(tensor, result)) {
    return failure(ErrorCode::internal, "to_float32 of an undefined tensor");
  }
  return result;
}

Result<Tensor> to_int64(const Tensor& tensor) {
  if (tensor.dtype() == DType::int64) return tensor;
  TRY_ASSIGN(Tensor result, Tensor::zeros(DType::int64, tensor.shape()));
  if (!convert_integers<std::int64_t>(tensor, result))
    return invalid(fmt::format("expected integers, got {}", name_of(tensor.dtype())));
  return result;
}

namespace detail {

Tensor copy_of(DType dtype, const Shape& shape, const void* values, std::size_t count) {
  auto tensor = Tensor::zeros(dtype, shape);
  if (!tensor || static_cast<std::size_t>(tensor->elements()) != count) return {};
  if (count != 0) std::memcpy(tensor->mutable_data(), values, tensor->bytes());
  return std::move(*tensor);
}

}  // namespace detail
}  // namespace diolkos
