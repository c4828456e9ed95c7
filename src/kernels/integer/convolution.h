// Integer convolutions, planned once for their shape and run many times; images as in pixels.h.
//
//   sum[p][o] = bias[o] + SUM_taps,c (x[…][c] - input_zero) * w[o][c][tap]      32 bits, or 64 where `wide`
//   y[p][o]   = clamp(output zero + multiply(sum, multiplier[o]), low, high)
//
// Zero points and bounds are of the integers as they are meant, not as they are held.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "cpu/features.h"
#include "kernels/conv2d/convolution.h"
#include "kernels/integer/engine.h"
#include "kernels/integer/fixed_point.h"
#include "kernels/integer/pixels.h"
#include "kernels/integer/pointwise.h"
#include "kernels/packed_store.h"

namespace diolkos::kernels::integer {

// [out_channels][in_channels / groups][kernel height][kernel width]
struct Weights {
  const void* data = nullptr;
  bool is_unsigned = false;
  std::int32_t zero = 0;

  std::int32_t at(std::int64_t i) const {
    return (is_unsigned ? std::int32_t{static_cast<const std::uint8_t*>(data)[i]}
                        : std::int32_t{static_cast<const std::int8_t*>(data)[i]}) -
           zero;
  }
};

struct Spec {
  conv2d::Shape shape;
  DType dtype = DType::int8;  // of activations
  Weights weights;
  std::vector<std::int64_t> bias;  // empty: none
  std::int32_t input_zero = 0;
  std::int32_t output_zero = 0;
  std::int32_t low = -128, high = 127;
  std::vector<Multiplier> multipliers;  // of each output channel
  std::optional<Pointwise> sum;         // of the 8-bit result, y above, and another image like the output
  bool wide = false;                    // int16 with 64-bit sums
  cpu::Isa isa = cpu::Isa::generic;     // of what is not a product
  Engine engine = Engine::generic;
  int threads = 1;               // of the pool that will run it
  ThreadPool* pool = nullptr;    // packs the weights where there is one
  PackedStore* store = nullptr;  // keeps what is packed; weights and bias are not read where it has been filled
};

// Of a sum and its bias, in magnitude.
std::int64_t largest_sum(const Spec& spec);

struct Operands {
  const void* input;
  const void* added;  // null where the Spec has no sum
  void* output;
  void* scratch;  // on a boundary of 64 bytes
};

class Convolution {
 public:
  virtual ~Convolution() = default;
  virtual void run(const Operands& operands, ThreadPool& pool) const = 0;

  virtual std::size_t scratch_bytes() const = 0;
  virtual std::size_t weight_bytes() const = 0;  // packed
  virtual std::string kernel() const = 0;        // "int8 avx512-vnni"
};

// Null where no kernel takes the shape (groups of several channels), the sum (depthwise, 16 bits), or memory is out.
std::unique_ptr<Convolution> plan(const Spec& spec);
std::unique_ptr<Convolution> plan_dense(const Spec& spec);
std::unique_ptr<Convolution> plan_winograd(const Spec& spec);  // whether or not it is worth it
std::unique_ptr<Convolution> plan_depthwise(const Spec& spec);
std::unique_ptr<Convolution> plan_depthwise_by_columns(const Spec& spec);  // null on engines that lack it

}  // namespace diolkos::kernels::integer
