// Softmax and the index of the highest or lowest of stored integers, over tensors [outer][extent][inner] as a graph has
// them, the classes along `extent`: to the bit what is defined on reals in float32.
//
//   r(v) = float32(scale_x * (v - zero_x))
//   softmax  y[o][c][i] = zero_y + round(float32(e[c] / SUM_c e[c]) * inverse), e[c] = exp(r(x[o][c][i]) - r(m)), m the
//            largest of x[o][*][i]; each operation in float32, the sum in the order of c, round half away from zero
//   arg      y[o][i] = the first (or last) c where x[o][c][i] is the largest (or smallest)
#pragma once

#include <cstdint>

#include "base/dtype.h"
#include "base/thread_pool.h"
#include "cpu/features.h"
#include "kernels/aligned_floats.h"

namespace diolkos::kernels::integer {

struct Classes {
  std::int64_t outer = 1;
  std::int64_t extent = 1;  // at least 1; at most kMostClasses for run_arg
  std::int64_t inner = 1;
  DType dtype = DType::int8;  // int8, uint8 or int16
  cpu::Isa isa = cpu::Isa::generic;
};

struct Softmax {
  Classes classes;
  float scale_x = 1, inverse = 1;  // `inverse`: 1 / the output's scale, at most kMostSteps
  std::int32_t zero_x = 0, zero_y = 0, low = 0, high = 0;
};

constexpr std::int64_t kMostClasses = 1 << 16;
constexpr float kMostSteps = 1e9f;

// Of 8-bit integers: exp(r(v) - r(m)) at [m][v], both from the least value of the type; v above m is not used.
AlignedFloats softmax_powers(const Softmax& softmax);

// `powers`: of softmax_powers() for 8 bits, not looked at for 16.
void run_softmax(const Softmax& softmax, const float* powers, const void* x, void* y, ThreadPool& pool);

enum class Wanted { first_largest, last_largest, first_smallest, last_smallest };
void run_arg(const Classes& classes, Wanted wanted, const void* x, std::int64_t* y, ThreadPool& pool);

// The formulas, element by element.
void reference_softmax(const Softmax& softmax, const void* x, void* y);
void reference_arg(const Classes& classes, Wanted wanted, const void* x, std::int64_t* y);

// Of `count` neighbours along `inner`, classes `stride` apart. `flip` turns a byte as it is stored into its distance
// from the least.
struct ScoresKernels {
  void (*softmax)(const Softmax& softmax, const float* powers, std::uint8_t flip, std::int64_t stride,
                  std::int64_t count, const std::uint8_t* x, std::uint8_t* y);
  void (*arg8)(std::int64_t extent, Wanted wanted, std::uint8_t flip, std::int64_t stride, std::int64_t count,
               const std::uint8_t* x, std::int64_t* y);
  void (*arg16)(std::int64_t extent, Wanted wanted, std::int64_t stride, std::int64_t count, const std::int16_t* x,
                std::int64_t* y);
};

#define DIOLKOS_ISA(name) ScoresKernels scores_kernels_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::integer
