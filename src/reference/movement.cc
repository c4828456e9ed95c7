#include <cstring>
#include <numeric>

#include <fmt/format.h>

#include "base/around.h"
#include "graph/pad_parameters.h"
#include "graph/slice_parameters.h"
#include "reference/mapped_copy.h"
#include "reference/operators.h"
#include "reference/strided.h"

namespace diolkos::reference {
namespace {

// out, read in order, from `in` at `offset` with `strides` a given axis of `shape` (as many elements as out).
Status copy_strided(const Call& call, const Shape& shape, const Strides& strides, std::int64_t offset = 0) {
  return visit_size(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    const T* source = data<T>(call.in(0)) + offset;
    T* target = mutable_data<T>(call.out());
    const std::array<Strides, 2> both{strides, contiguous_strides(shape)};
    for_each_row(shape, both, [&](const auto& offsets, const auto& steps, std::int64_t count) {
      const T* from = source + offsets[0];
      T* to = target + offsets[1];
      if (steps[0] == 1) {
        std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(T));
      } else {
        for (std::int64_t i = 0; i < count; ++i) to[i] = from[i * steps[0]];
      }
    });
    return {};
  });
}

// The input as `split`, its axes then taken in the order `permutation`.
Status permute(const Call& call, const Shape& split, const std::vector<std::int64_t>& permutation) {
  const Strides own = contiguous_strides(split);
  Shape shape;
  Strides strides{};
  for (std::size_t i = 0; i < permutation.size(); ++i) {
    shape.push_back(split[static_cast<int>(permutation[i])]);
    strides[i] = own[static_cast<std::size_t>(permutation[i])];
  }
  return copy_strided(call, shape, strides);
}

}  // namespace

Status transpose(const Call& call) {
  const Shape& shape = call.in(0).shape();
  std::vector<std::int64_t> reversed(static_cast<std::size_t>(shape.rank()));
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  return permute(call, shape, call.attributes().ints_or("perm", reversed));
}

Status depth_to_space(const Call& call) {
  const Shape& in = call.in(0).shape();
  const std::int64_t block = call.attributes().int_or("blocksize", 1);
  const std::int64_t depth = in[1] / (block * block);
  if (call.attributes().string_or("mode", "DCR") == "CRD")
    return permute(call, Shape{in[0], depth, block, block, in[2], in[3]}, {0, 1, 4, 2, 5, 3});
  return permute(call, Shape{in[0], block, block, depth, in[2], in[3]}, {0, 3, 4, 1, 5, 2});
}

Status space_to_depth(const Call& call) {
  const Shape& in = call.in(0).shape();
  const std::int64_t block = call.attributes().int_or("blocksize", 1);
  return permute(call, Shape{in[0], in[1], in[2] / block, block, in[3] / block, block}, {0, 3, 5, 1, 2, 4});
}

Status slice(const Call& call) {
  TRY_ASSIGN(const auto slices, graph::resolve_slice(call.view));
  if (call.out().elements() == 0) return {};
  Strides strides = contiguous_strides(call.in(0).shape());
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    offset += slices[i].start * strides[i];
    strides[i] = slices[i].count == 1 ? 0 : strides[i] * slices[i].step;
  }
  return copy_strided(call, call.out().shape(), strides, offset);
}

Status expand(const Call& call) {
  return copy_strided(call, call.out().shape(), broadcast_strides(call.in(0).shape(), call.out().shape()));
}

Status tile(const Call& call) {
  const Shape& in = call.in(0).shape();
  AxisMaps maps;
  for (int i = 0; i < in.rank(); ++i) {
    auto& map = maps.emplace_back();
    for (std::int64_t j = 0; j < call.out().shape()[i]; ++j) map.push_back(j % in[i]);
  }
  return copy_mapped(call, maps, nullptr);
}

namespace {

// The index that stands at place `i` of an axis continued in both directions; -1 for the constant.
std::int64_t continued(std::int64_t i, std::int64_t extent, graph::PadMode mode) {
  if (i >= 0 && i < extent) return i;
  switch (mode) {
    case graph::PadMode::constant: return -1;
    case graph::PadMode::edge: return i < 0 ? 0 : extent - 1;
    case graph::PadMode::wrap: return ((i % extent) + extent) % extent;
    case graph::PadMode::reflect: break;
  }
  if (extent == 1) return 0;
  const std::int64_t period = 2 * (extent - 1);
  const std::int64_t phase = ((i % period) + period) % period;
  return phase < extent ? phase : period - phase;
}

}  // namespace

Status pad(const Call& call) {
  TRY_ASSIGN(const graph::PadParameters pads, graph::resolve_pad(call.view));
  const Shape& in = call.in(0).shape();
  AxisMaps maps;
  for (int i = 0; i < in.rank(); ++i) {
    auto& map = maps.emplace_back();
    const std::int64_t begin = pads.begin[static_cast<std::size_t>(i)];
    for (std::int64_t j = 0; j < call.out().shape()[i]; ++j) map.push_back(continued(j - begin, in[i], pads.mode));
  }
  return copy_mapped(call, maps, call.has(2) ? call.in(2).data() : nullptr);
}

Status concat(const Call& call) {
  const Shape& shape = call.out().shape();
  TRY_ASSIGN(const int axis, call.view.axis(call.attributes().int_or("axis", 0), shape.rank()));
  const Around whole(shape, axis);
  const std::size_t size = size_of(call.out().dtype());
  const std::size_t row = static_cast<std::size_t>(whole.extent * whole.inner) * size;
  std::byte* target = call.out().mutable_data();
  for (const Tensor& part : call.inputs) {
    const std::size_t bytes = static_cast<std::size_t>(part.shape()[axis] * whole.inner) * size;
    if (bytes == 0) continue;
    for (std::int64_t o = 0; o < whole.outer; ++o)
      std::memcpy(target + static_cast<std::size_t>(o) * row, part.data() + static_cast<std::size_t>(o) * bytes, bytes);
    target += bytes;
  }
  return {};
}

Status split(const Call& call) {
  const Shape& shape = call.in(0).shape();
  TRY_ASSIGN(const int axis, call.view.axis(call.attributes().int_or("axis", 0), shape.rank()));
  const Around whole(shape, axis);
  const std::size_t size = size_of(call.in(0).dtype());
  const std::size_t row = static_cast<std::size_t>(whole.extent * whole.inner) * size;
  const std::byte* source = call.in(0).data();
  for (Tensor& part : call.outputs) {
    const std::size_t bytes = static_cast<std::size_t>(part.shape()[axis] * whole.inner) * size;
    if (bytes == 0) continue;
    for (std::int64_t o = 0; o < whole.outer; ++o)
      std::memcpy(part.mutable_data() + static_cast<std::size_t>(o) * bytes, source + static_cast<std::size_t>(o) * row,
                  bytes);
    source += bytes;
  }
  return {};
}

}  // namespace diolkos::reference
