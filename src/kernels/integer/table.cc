#include "kernels/integer/table.h"

#include <algorithm>

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kElementsAtOnce = 1 << 14;

#define DIOLKOS_KERNELS(name) table_kernels_##name()
#include "kernels/kernels_of.inc"

std::size_t values_of(DType dtype) { return std::size_t{1} << (8 * size_of(dtype)); }

template <class In, class Out>
void look_up(const void* table, std::int64_t count, const void* x, void* y) {
  const auto* entries = static_cast<const Out*>(table);
  const auto* from = static_cast<const In*>(x);
  auto* to = static_cast<Out*>(y);
  for (std::int64_t i = 0; i < count; ++i) to[i] = entries[from[i]];
}

using Loop = void (*)(const void* table, std::int64_t count, const void* x, void* y);

Loop loop_of(const Table& table) {
  const bool wide_in = size_of(table.in()) == 2, wide_out = size_of(table.out()) == 2;
  if (wide_in) return wide_out ? look_up<std::uint16_t, std::uint16_t> : look_up<std::uint16_t, std::uint8_t>;
  return wide_out ? look_up<std::uint8_t, std::uint16_t> : look_up<std::uint8_t, std::uint8_t>;
}

}  // namespace

// The least value as held is 0 of what is held in a byte, -32768 of int16.
Table::Table(DType in, DType out, const void* answers) : in_(in), out_(out), entries_(values_of(in) * size_of(out)) {
  const std::size_t bytes = size_of(out), least = in == DType::int16 ? 0x8000 : 0;
  const auto flip = std::byte{static_cast<unsigned char>(out == DType::int8 ? 0x80 : 0)};
  for (std::size_t i = 0; i < values_of(in); ++i)
    for (std::size_t b = 0; b < bytes; ++b)
      entries_[(i ^ least) * bytes + b] = static_cast<const std::byte*>(answers)[i * bytes + b] ^ flip;
}

void run_table(const Table& table, cpu::Isa isa, std::int64_t count, const void* x, void* y, ThreadPool& pool) {
  const TableKernels kernels = kernels_of(isa);
  const Loop loop = loop_of(table);
  const bool bytes = size_of(table.in()) == 1 && size_of(table.out()) == 1;
  pool.parallel_for((count + kElementsAtOnce - 1) / kElementsAtOnce, [&](std::int64_t part, int) {
    const std::int64_t first = part * kElementsAtOnce, some = std::min(kElementsAtOnce, count - first);
    const auto* from = static_cast<const std::uint8_t*>(x) + first * static_cast<std::int64_t>(size_of(table.in()));
    auto* to = static_cast<std::uint8_t*>(y) + first * static_cast<std::int64_t>(size_of(table.out()));
    if (bytes)
      kernels.bytes(static_cast<const std::uint8_t*>(table.entries()), some, from, to);
    else
      loop(table.entries(), some, from, to);
  });
}

void reference_table(const Table& table, std::int64_t count, const void* x, void* y) {
  loop_of(table)(table.entries(), count, x, y);
}

}  // namespace diolkos::kernels::integer
