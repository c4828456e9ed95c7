#include "formats/pytorch/tensor_builder.h"

#include <vector>

#include <fmt/format.h>

#include "base/boolean_bytes.h"
#include "base/printable.h"
#include "base/strided_copy.h"
#include "formats/pytorch/pickle_globals.h"

namespace diolkos::formats::pytorch {
namespace {

constexpr std::uint64_t kMaxStorage = std::uint64_t{1} << 46;

struct Layout {
  DType dtype;
  std::int64_t offset;  // in elements, as all below
  Shape shape;
  std::vector<std::int64_t> strides;
  std::int64_t extent;
};

Result<std::vector<std::int64_t>> integers(const Heap& heap, Value tuple, std::string_view what) {
  std::vector<std::int64_t> numbers;
  if (tuple.kind != Kind::tuple && tuple.kind != Kind::list) return invalid(fmt::format("its {} are no tuple", what));
  for (const Value item : heap.items(tuple)) {
    if (item.kind != Kind::integer || item.payload < 0)
      return invalid(fmt::format("its {} are not all whole numbers from 0 up", what));
    numbers.push_back(item.payload);
  }
  return numbers;
}

// The type that _rebuild_tensor_v3 names in its seventh argument, the storage's otherwise.
Result<DType> element_type(std::span<const Value> record, const StorageRecord& storage) {
  if (record.size() > 6 && record[6].kind == Kind::global) {
    const Global& named = known_global(static_cast<std::size_t>(record[6].payload));
    if (named.role == Role::dtype) return named.dtype;
  }
  if (storage.dtype == DType::undefined) return invalid("its storage is untyped, and it names no type");
  return storage.dtype;
}

Result<Layout> layout_of(const Heap& heap, std::span<const Value> record, const StorageRecord& storage) {
  Layout layout;
  TRY_ASSIGN(layout.dtype, element_type(record, storage));
  if (record[1].kind != Kind::integer || record[1].payload < 0)
    return invalid("its offset is not a whole number from 0 up");
  layout.offset = record[1].payload;
  TRY_ASSIGN(const auto sizes, integers(heap, record[2], "sizes"));
  TRY_ASSIGN(layout.strides, integers(heap, record[3], "strides"));
  if (sizes.size() > Shape::kMaxRank)
    return unsupported(fmt::format("has {} dimensions; expected at most {}", sizes.size(), Shape::kMaxRank));
  if (sizes.size() != layout.strides.size())
    return invalid(fmt::format("has {} sizes but {} strides", sizes.size(), layout.strides.size()));
  layout.shape = *Shape::from(sizes);
  const auto extent = strided_extent(layout.shape, layout.strides);
  if (!extent) return invalid(fmt::format("its sizes {} and strides are too large", to_string(layout.shape)));
  layout.extent = *extent;
  return layout;
}

// Elements of `dtype` that the storage holds by its record.
std::uint64_t capacity(const StorageRecord& storage, DType dtype) {
  const std::size_t unit = storage.dtype == DType::undefined ? 1 : size_of(storage.dtype);
  return storage.count * unit / size_of(dtype);
}

}  // namespace

StorageRecord storage_record(const Heap& heap, Value storage) {
  const std::span<const Value> parts = heap.items(storage);
  return {heap.text(parts[2]), known_global(static_cast<std::size_t>(parts[1].payload)).dtype,
          static_cast<std::uint64_t>(parts[4].payload)};
}

Result<Tensor> TensorBuilder::build(Value tensor) {
  const std::span<const Value> record = heap_.items(tensor);
  const StorageRecord storage = storage_record(heap_, record[0]);
  TRY_ASSIGN(const Layout layout, layout_of(heap_, record, storage));
  if (layout.extent == 0) return Tensor::zeros(layout.dtype, layout.shape);
  if (storage.count > kMaxStorage) return invalid(fmt::format("its storage claims {} elements", storage.count));
  const std::uint64_t held = capacity(storage, layout.dtype);
  if (static_cast<std::uint64_t>(layout.offset) > held ||
      static_cast<std::uint64_t>(layout.extent) > held - static_cast<std::uint64_t>(layout.offset))
    return invalid(fmt::format("reaches to element {} + {} of storage '{}', which has {}", layout.offset, layout.extent,
                               printable(storage.key), held));
  TRY_ASSIGN(const StorageBytes bytes, storages_.load(storage.key));
  const std::uint64_t element = size_of(layout.dtype);
  if (bytes.size / element < held)
    return invalid(
        fmt::format("storage '{}' has {} bytes; expected {}", printable(storage.key), bytes.size, held * element));
  const std::byte* first = bytes.data.get() + static_cast<std::uint64_t>(layout.offset) * element;
  if (layout.dtype == DType::boolean && !are_booleans({first, static_cast<std::size_t>(layout.extent)}))
    return invalid("has a bool that is neither 0 nor 1");
  const bool aligned = reinterpret_cast<std::uintptr_t>(first) % element == 0;  // legacy files align nothing
  if (!aligned || !is_row_major(layout.shape, layout.strides))
    return gather(layout.dtype, layout.shape, layout.strides, first);
  return Tensor::view(layout.dtype, layout.shape, std::shared_ptr<const std::byte>(bytes.data, first));
}

Result<Tensor> TensorBuilder::gather(DType dtype, const Shape& shape, std::span<const std::int64_t> strides,
                                     const std::byte* source) {
  if (static_cast<std::uint64_t>(shape.elements()) > gather_left_ / size_of(dtype))
    return invalid(fmt::format("its sizes {} repeat a small storage far beyond the file's size; refuses to unfold it",
                               to_string(shape)));
  TRY_ASSIGN(Tensor dense, Tensor::zeros(dtype, shape));
  gather_left_ -= dense.bytes();
  copy_strided(dense.shape(), strides, size_of(dense.dtype()), source, dense.mutable_data());
  return dense;
}

}  // namespace diolkos::formats::pytorch
