// A dense, contiguous, row-major tensor over shared bytes. Copies share the bytes; a mapped file's weights are
// tensors whose owner is the mapping.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/dtype.h"
#include "base/result.h"
#include "base/shape.h"

namespace diolkos {

class Tensor {
 public:
  static constexpr std::size_t kAlignment = 64;

  Tensor() = default;

  // Zeroed memory of its own, 64-byte aligned. Fails for an open shape or more than `limit_bytes`.
  static Result<Tensor> zeros(DType dtype, const Shape& shape, std::uint64_t limit_bytes = std::uint64_t{1} << 36);
  // Copies `values`; their count must be the shape's (internal error otherwise).
  template <class T>
  static Tensor of(const Shape& shape, std::span<const T> values);
  template <class T>
  static Tensor of(const Shape& shape, std::initializer_list<T> values) {
    return of(shape, std::span<const T>(values.begin(), values.size()));
  }
  template <class T>
  static Tensor scalar(T value) {
    return of(Shape{}, std::span<const T>(&value, 1));
  }
  // Bytes kept alive by `owner`; at least elements * size_of(dtype) of them. Not copied.
  static Tensor view(DType dtype, const Shape& shape, std::shared_ptr<const std::byte> owner);
  // The same over bytes that may be written through the tensor.
  static Tensor mutable_view(DType dtype, const Shape& shape, std::shared_ptr<std::byte> owner);

  bool defined() const { return dtype_ != DType::undefined; }
  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  std::int64_t elements() const { return shape_.elements(); }
  std::size_t bytes() const { return static_cast<std::size_t>(elements()) * size_of(dtype_); }

  const std::byte* data() const { return data_.get(); }
  std::byte* mutable_data();  // null for a view over bytes that are not ours to write

  // The elements; T must be the tensor's type (an empty span otherwise).
  template <class T>
  std::span<const T> as() const {
    if (dtype_ != dtype_of<T>) return {};
    return {reinterpret_cast<const T*>(data()), static_cast<std::size_t>(elements())};
  }
  template <class T>
  std::span<T> mutable_as() {
    if (dtype_ != dtype_of<T> || mutable_data() == nullptr) return {};
    return {reinterpret_cast<T*>(mutable_data()), static_cast<std::size_t>(elements())};
  }
  // float16 and bfloat16 elements as bit patterns.
  std::span<const std::uint16_t> as_half_bits() const;

  // The same bytes under another shape of as many elements.
  Tensor reshaped(const Shape& shape) const;

 private:
  DType dtype_ = DType::undefined;
  bool writable_ = false;
  Shape shape_;
  std::shared_ptr<const std::byte> data_;
};

// Every element converted: to float32 exactly where it is one, rounded otherwise (half types, double, integers).
Result<Tensor> to_float32(const Tensor& tensor);
// Integer tensors (and booleans) as int64; an error for floats.
Result<Tensor> to_int64(const Tensor& tensor);

namespace detail {
Tensor copy_of(DType dtype, const Shape& shape, const void* values, std::size_t count);
}

template <class T>
Tensor Tensor::of(const Shape& shape, std::span<const T> values) {
  return detail::copy_of(dtype_of<T>, shape, values.data(), values.size());
}

}  // namespace diolkos
