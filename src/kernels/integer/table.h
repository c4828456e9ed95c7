// y[i] = f(x[i]) for a function of one stored integer, as a table of all its values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/dtype.h"
#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::kernels::integer {

// Of int8, uint8 or int16 to one of them. Values are given as meant and kept as held (pixels.h), each at the bits of
// its argument as held.
class Table {
 public:
  // `answers`: for each value of `in`, from the least, one of `out`.
  Table(DType in, DType out, const void* answers);

  DType in() const { return in_; }
  DType out() const { return out_; }
  const void* entries() const { return entries_.data(); }

 private:
  DType in_, out_;
  std::vector<std::byte> entries_;
};

// x and y as held; y may be x where both types are of the same size.
void run_table(const Table& table, cpu::Isa isa, std::int64_t count, const void* x, void* y, ThreadPool& pool);
void reference_table(const Table& table, std::int64_t count, const void* x, void* y);

struct TableKernels {
  void (*bytes)(const std::uint8_t* table, std::int64_t count, const std::uint8_t* x, std::uint8_t* y);
};

#define DIOLKOS_ISA(name) TableKernels table_kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::integer
