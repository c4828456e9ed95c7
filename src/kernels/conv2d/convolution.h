// Two-dimensional convolution in float32, planned once for its shape and run many times.
//
//   y[n][o][i][j] = activation(bias[o] + residual[n][o][i][j]
//                   + SUM_c,a,b x[n][c][i * sh - ph + a * dh][j * sw - pw + b * dw] * w[o][c][a][b])
//
// over the c of o's group, and over the a and b that hit the input. y and the residual are channel-blocked
// (layout/blocked.h); x is too, or plain where the plan says so.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "cpu/features.h"
#include "kernels/activation.h"
#include "kernels/packed_store.h"
#include "kernels/tile/tile.h"

namespace diolkos::kernels::conv2d {

class Tuning;

struct Axis {
  std::int64_t input = 1;
  std::int64_t output = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t pad = 0;  // in front; what is behind follows from output

  bool operator==(const Axis&) const = default;
};

struct Shape {
  std::int64_t batch = 1;
  std::int64_t in_channels = 1;
  std::int64_t out_channels = 1;
  std::int64_t groups = 1;
  Axis height;
  Axis width;

  bool operator==(const Shape&) const = default;

  std::int64_t in_channels_of_group() const { return in_channels / groups; }
  std::int64_t out_channels_of_group() const { return out_channels / groups; }
  std::int64_t in_pixels() const { return height.input * width.input; }
  std::int64_t out_pixels() const { return height.output * width.output; }
  bool is_depthwise() const { return groups > 1 && groups == in_channels && groups == out_channels; }
  std::int64_t multiply_adds() const {
    return batch * out_channels * out_pixels() * in_channels_of_group() * height.kernel * width.kernel;
  }
};

// What a plan is made from. Weights are [out_channels][in_channels / groups][kernel height][kernel width]; bias is
// empty or [out_channels]. Both are only read while planning.
struct Spec {
  Shape shape;
  std::span<const float> weights;
  std::span<const float> bias;
  Activation activation;
  cpu::Isa isa = cpu::Isa::generic;
  int threads = 1;         // that the plan splits its work for; a pool of no more may run it
  // 16-bit weights; with bfloat16 also 16-bit inputs where the CPU multiplies them. Sums are float32 always. Depthwise
  // convolutions and those of plain inputs stay float32.
  tile::Storage storage = tile::Storage::float32;
  tile::MatrixUnit matrix = tile::MatrixUnit::none;  // that bfloat16 may be multiplied with, beside the isa's own
  bool late_bias = false;  // in the buffers of each run, of whole blocks: only kernels that take it
  bool winograd = false;   // allow kernels that trade accuracy (1e-5 of the largest output) for speed
  ThreadPool* pool = nullptr;  // packs the weights where there is one
  Tuning* tuning = nullptr;  // measures on `pool` which kernel is fastest; null: an estimate decides
  PackedStore* store = nullptr;  // keeps what is packed; one that was filled before takes the place of the weights
};

struct Buffers {
  const float* input;
  const float* residual;  // null: none. Never the output itself: sums pass through that
  float* output;
  float* scratch;         // scratch_floats(), on a boundary of 64 bytes; null where that is 0
  const float* bias = nullptr;  // in place of the planned one, of whole blocks: where takes_bias() alone
};

class Convolution {
 public:
  virtual ~Convolution() = default;
  virtual void run(const Buffers& buffers, ThreadPool& pool) const = 0;

  virtual bool reads_plain() const { return false; }
  virtual bool takes_bias() const { return false; }
  virtual std::size_t scratch_floats() const { return 0; }
  virtual std::size_t weight_bytes() const = 0;  // packed
  virtual std::string kernel() const = 0;        // "direct avx512 14x32"
};

// The kernel that suits the shape. Null where memory is out, or where the store is not of this plan.
std::unique_ptr<Convolution> plan(const Spec& spec);

// What plan() weighs: the estimated time of each kernel that could do it, in millions of cycles of one core, the least
// first. One entry where nothing else is possible.
struct Candidate {
  std::string kernel;  // "direct", "split", "F(4,3)", "depthwise"
  double megacycles = 0;
  std::optional<double> milliseconds;  // where it was measured
};
std::vector<Candidate> candidates(const Spec& spec);

// Each kernel by itself: for tests and measurements. Null where the kernel is not for that shape.
std::unique_ptr<Convolution> plan_direct(const Spec& spec);
std::unique_ptr<Convolution> plan_depthwise(const Spec& spec);
// float32 as sums of three products of bfloat16 (tile.h: split dots), where a matrix unit makes them faster than one of
// float32: 5e-6 of the largest output, and infinities become NaN.
std::unique_ptr<Convolution> plan_split(const Spec& spec);
// F(outputs x outputs, 3 x 3), outputs one of 2, 3, 4, 6.
std::unique_ptr<Convolution> plan_winograd(const Spec& spec, int outputs);

// A 1x1 convolution `expand` and the depthwise one that reads nothing else, as one: buffers are the first's input and
// the second's output, without a residual. For large images, whose values between the two would pass through memory.
bool suits_expanded_depthwise(const Spec& expand, const Spec& depthwise);
std::unique_ptr<Convolution> plan_expanded_depthwise(const Spec& expand, const Spec& depthwise);

// The formula, over plain x, residual and y, summed in double.
void reference(const Spec& spec, const float* x, const float* residual, float* y);

}  // namespace diolkos::kernels::conv2d
