#include "kernels/eltwise/eltwise.h"

#include <algorithm>

#include "kernels/eltwise/eltwise_kernels.h"

namespace diolkos::kernels::eltwise {
namespace {

constexpr std::int64_t kFloatsAtOnce = 16 * 1024;

#define DIOLKOS_KERNELS(name) kernels_##name()
#include "kernels/kernels_of.inc"

}  // namespace

float apply(Op op, float a, float b) {
  switch (op) {
    case Op::add: return a + b;
    case Op::subtract: return a - b;
    case Op::reversed_subtract: return b - a;
    case Op::multiply: return a * b;
    case Op::divide: return a / b;
    case Op::reversed_divide: return b / a;
    case Op::maximum: return a > b ? a : b;
    case Op::minimum: return a < b ? a : b;
    case Op::prelu: return a < 0 ? a * b : a;
  }
  return a;
}

void run_unary(const Activation& activation, std::int64_t count, cpu::Isa isa, const float* x, float* y,
               ThreadPool& pool) {
  const Kernels kernels = kernels_of(isa);
  pool.parallel_for((count + kFloatsAtOnce - 1) / kFloatsAtOnce, [&](std::int64_t item, int) {
    const std::int64_t begin = item * kFloatsAtOnce;
    const std::int64_t end = std::min(count, begin + kFloatsAtOnce);
    const std::int64_t blocks = (end - begin) / 16;
    kernels.unary(activation, blocks, x + begin, y + begin);
    for (std::int64_t i = begin + blocks * 16; i < end; ++i) y[i] = kernels::apply(activation, x[i]);
  });
}

void run_binary(const Binary& binary, const float* a, const float* b, float* y, ThreadPool& pool) {
  const Kernels kernels = kernels_of(binary.isa);
  const std::int64_t pieces = (binary.segment_floats + kFloatsAtOnce - 1) / kFloatsAtOnce;
  pool.parallel_for(binary.segments * pieces, [&](std::int64_t item, int) {
    const std::int64_t segment = item / pieces;
    const std::int64_t begin = item % pieces * kFloatsAtOnce;
    const std::int64_t end = std::min(binary.segment_floats, begin + kFloatsAtOnce);
    const std::int64_t blocks = (end - begin) / 16;
    const std::int64_t at = segment * binary.segment_floats + begin;
    const float* b_at = b + segment * binary.b_segment + begin / 16 * binary.b_pixel;
    kernels.binary(binary.op, blocks, a + at, b_at, binary.b_pixel, y + at);
    for (std::int64_t i = blocks * 16; i < end - begin; ++i)
      y[at + i] = apply(binary.op, a[at + i], b_at[blocks * binary.b_pixel + i % 16]);
  });
}

}  // namespace diolkos::kernels::eltwise
