#include <cstring>

#include <fmt/format.h>

#include "base/around.h"
#include "reference/operators.h"
#include "reference/strided.h"

namespace diolkos::reference {
namespace {

// The indices as int64 in [0, extent); negative ones count from the end.
Result<std::vector<std::int64_t>> settled(const Call& call, std::int64_t extent) {
  TRY_ASSIGN(const Tensor indices, to_int64(call.in(1)));
  std::vector<std::int64_t> result;
  result.reserve(static_cast<std::size_t>(indices.elements()));
  for (std::int64_t index : indices.as<std::int64_t>()) {
    if (index < -extent || index >= extent)
      return call.view.error(fmt::format("index {} is outside an axis of {}", index, extent));
    result.push_back(index < 0 ? index + extent : index);
  }
  return result;
}

}  // namespace

Status gather(const Call& call) {
  const Shape& shape = call.in(0).shape();
  TRY_ASSIGN(const int axis, call.view.axis(call.attributes().int_or("axis", 0), shape.rank()));
  const Around around(shape, axis);
  TRY_ASSIGN(const auto indices, settled(call, around.extent));
  const std::size_t block = static_cast<std::size_t>(around.inner) * size_of(call.in(0).dtype());
  if (call.out().elements() == 0) return {};
  std::byte* target = call.out().mutable_data();
  for (std::int64_t o = 0; o < around.outer; ++o) {
    const std::byte* source = call.in(0).data() + static_cast<std::size_t>(o * around.extent) * block;
    for (std::int64_t index : indices) {
      std::memcpy(target, source + static_cast<std::size_t>(index) * block, block);
      target += block;
    }
  }
  return {};
}

Status gather_elements(const Call& call) {
  const Shape& shape = call.in(0).shape();
  const Shape& wanted = call.out().shape();
  TRY_ASSIGN(const int axis, call.view.axis(call.attributes().int_or("axis", 0), shape.rank()));
  TRY_ASSIGN(const auto indices, settled(call, shape[axis]));
  Strides strides = contiguous_strides(shape);
  const std::int64_t along = strides[static_cast<std::size_t>(axis)];
  strides[static_cast<std::size_t>(axis)] = 0;
  return visit_size(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    const T* source = data<T>(call.in(0));
    T* target = mutable_data<T>(call.out());
    const std::array<Strides, 2> both{strides, contiguous_strides(wanted)};
    for_each_row(wanted, both, [&](const auto& offsets, const auto& steps, std::int64_t count) {
      for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t index = indices[static_cast<std::size_t>(offsets[1] + i)];
        target[offsets[1] + i] = source[offsets[0] + i * steps[0] + index * along];
      }
    });
    return {};
  });
}

}  // namespace diolkos::reference
