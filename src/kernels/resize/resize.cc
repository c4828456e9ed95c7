#include "kernels/resize/resize.h"

#include <algorithm>

#include "base/part_of.h"
#include "kernels/layout/blocked.h"
#include "kernels/resize/resize_kernels.h"

namespace diolkos::kernels::resize {
namespace {

constexpr std::int64_t kFewestRows = 16;
constexpr std::int64_t kItemsPerThread = 16;

#define DIOLKOS_KERNELS(name) kernels_##name()
#include "kernels/kernels_of.inc"

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

AxisView view_of(const Axis& axis) { return {axis.output, axis.low.data(), axis.high.data(), axis.fraction.data()}; }

// Two resampled rows of the input, kept while neighbouring rows of outputs lie between them.
class RowPair {
 public:
  RowPair(const Kernels& kernels, const Axis& width, const float* plane, float* scratch)
      : kernels_(kernels),
        width_(view_of(width)),
        in_row_(width.input),
        plane_(plane),
        rows_{scratch, scratch + width.output} {}

  const float* row(std::int64_t index, std::int64_t keep) {
    for (int i = 0; i < 2; ++i)
      if (held_[i] == index) return rows_[i];
    const int slot = held_[0] == keep ? 1 : 0;
    held_[slot] = index;
    kernels_.across(width_, plane_ + index * in_row_, rows_[slot]);
    return rows_[slot];
  }

 private:
  const Kernels& kernels_;
  const AxisView width_;
  const std::int64_t in_row_;
  const float* plane_;
  float* rows_[2];
  std::int64_t held_[2] = {-1, -1};
};

// Parts of planes: as many rows as leave every thread some items, since each part resamples its first rows anew.
template <class Body>
void for_each_part(const Spec& spec, ThreadPool& pool, Body body) {
  const std::int64_t height = spec.height.output, wanted = kItemsPerThread * pool.threads();
  const std::int64_t most = (height + kFewestRows - 1) / kFewestRows;
  const std::int64_t parts = std::clamp<std::int64_t>(wanted / std::max<std::int64_t>(1, spec.planes), 1, most);
  pool.parallel_for(spec.planes * parts, [&](std::int64_t item, int thread) {
    const Range rows = part_of(height, parts, item % parts);
    body(item / parts, rows.begin, rows.end, thread);
  });
}

}  // namespace

void run_blocked(const Spec& spec, const float* input, float* output, ThreadPool& pool) {
  const Kernels kernels = kernels_of(spec.isa);
  const AxisView width = view_of(spec.width);
  const std::int64_t in_row = spec.width.input * kBlock;
  const std::int64_t out_row = spec.width.output * kBlock;
  for_each_part(spec, pool, [&](std::int64_t plane, std::int64_t begin, std::int64_t end, int) {
    const float* from = input + plane * spec.height.input * in_row;
    for (std::int64_t i = begin; i < end; ++i)
      kernels.blocked_row(width, from + spec.height.low[at(i)] * in_row, from + spec.height.high[at(i)] * in_row,
                          spec.height.fraction[at(i)], output + (plane * spec.height.output + i) * out_row);
  });
}

void run_blocked_sum(std::span<const Spec> specs, std::span<const float* const> inputs, float* output,
                     ThreadPool& pool) {
  const Spec& first = specs.front();
  const Kernels kernels = kernels_of(first.isa);
  const std::int64_t out_row = first.width.output * kBlock;
  for_each_part(first, pool, [&](std::int64_t plane, std::int64_t begin, std::int64_t end, int) {
    for (std::int64_t i = begin; i < end; ++i)
      for (std::size_t term = 0; term < specs.size(); ++term) {
        const Spec& spec = specs[term];
        const std::int64_t in_row = spec.width.input * kBlock;
        const float* from = inputs[term] + plane * spec.height.input * in_row;
        const auto row = term == 0 ? kernels.blocked_row : kernels.blocked_row_onto;
        row(view_of(spec.width), from + spec.height.low[at(i)] * in_row, from + spec.height.high[at(i)] * in_row,
            spec.height.fraction[at(i)], output + (plane * first.height.output + i) * out_row);
      }
  });
}

std::size_t plain_scratch_floats(const Spec& spec, int threads) { return at(2 * spec.width.output * threads); }

void run_plain(const Spec& spec, const float* input, float* output, float* scratch, ThreadPool& pool) {
  const Kernels kernels = kernels_of(spec.isa);
  for_each_part(spec, pool, [&](std::int64_t plane, std::int64_t begin, std::int64_t end, int thread) {
    RowPair rows(kernels, spec.width, input + plane * spec.height.input * spec.width.input,
                 scratch + 2 * spec.width.output * thread);
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t low = spec.height.low[at(i)];
      const std::int64_t high = spec.height.high[at(i)];
      const float* top = rows.row(low, high);
      const float* bottom = rows.row(high, low);
      kernels.blend(spec.width.output, top, bottom, spec.height.fraction[at(i)],
                    output + (plane * spec.height.output + i) * spec.width.output);
    }
  });
}

void reference(const Spec& spec, const float* plane, float* output) {
  for (std::int64_t i = 0; i < spec.height.output; ++i) {
    const float* top = plane + spec.height.low[at(i)] * spec.width.input;
    const float* bottom = plane + spec.height.high[at(i)] * spec.width.input;
    const double v = spec.height.fraction[at(i)];
    for (std::int64_t j = 0; j < spec.width.output; ++j) {
      const std::int32_t l = spec.width.low[at(j)];
      const std::int32_t r = spec.width.high[at(j)];
      const double u = spec.width.fraction[at(j)];
      *output++ =
          static_cast<float>((1 - v) * ((1 - u) * top[l] + u * top[r]) + v * ((1 - u) * bottom[l] + u * bottom[r]));
    }
  }
}

}  // namespace diolkos::kernels::resize
