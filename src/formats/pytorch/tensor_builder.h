// Records of tensors to tensors: views of their storage where they are dense, gathered where they are strided.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "base/tensor.h"
#include "formats/pytorch/pickle_value.h"
#include "formats/pytorch/storage_source.h"

namespace diolkos::formats::pytorch {

// A storage's record in a pickle, checked when it was made.
struct StorageRecord {
  std::string_view key;
  DType dtype;          // undefined: untyped, `count` is in bytes
  std::uint64_t count;  // of elements
};
StorageRecord storage_record(const Heap& heap, Value storage);

class TensorBuilder {
 public:
  // Tensors that cannot be views may take `gather_limit` bytes altogether.
  TensorBuilder(const Heap& heap, StorageSource& storages, std::uint64_t gather_limit)
      : heap_(heap), storages_(storages), gather_left_(gather_limit) {}

  Result<Tensor> build(Value tensor);

 private:
  Result<Tensor> gather(DType dtype, const Shape& shape, std::span<const std::int64_t> strides,
                        const std::byte* source);
  const Heap& heap_;
  StorageSource& storages_;
  std::uint64_t gather_left_;
};

}  // namespace diolkos::formats::pytorch
