// Floats to integers of 8 or 16 bits: y = clamp(round(x / scale) + zero) within the type, quotients in float32. What is
// not a number becomes `zero`.
#pragma once

#include <cstdint>

#include "base/dtype.h"
#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::kernels::integer {

enum class Halves { away_from_zero, to_even };  // TFLite's rounding, and ONNX's

struct Quantize {
  float scale = 1;
  std::int32_t zero = 0;
  Halves halves = Halves::away_from_zero;
  DType dtype = DType::int8;  // int8, uint8, int16
  cpu::Isa isa = cpu::Isa::generic;
};

// y: values as meant, not as pixels hold them.
void run_quantize(const Quantize& by, std::int64_t count, const float* x, void* y, ThreadPool& pool);

using QuantizeKernel = void (*)(const Quantize& by, std::int64_t count, const float* x, void* y);

#define DIOLKOS_ISA(name) QuantizeKernel quantize_kernel_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::integer
