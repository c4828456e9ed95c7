#include "kernels/integer/staging.h"

#include <algorithm>

namespace diolkos::kernels::integer {
namespace {

template <class T>
void stage_row(const ChunkPlan& plan, std::int32_t input_zero, const T* image, std::int64_t row, std::byte* to) {
  const std::int64_t stride = plan.input.stride();
  const std::int64_t width = plan.shape.width.input;
  const std::int64_t from_row = row - plan.pad_top;
  const auto copy = [&]<class To>(To* out) {
    const To zero = static_cast<To>(input_zero);
    std::int64_t left = plan.staged_width * stride, inside = 0;
    if (from_row >= 0 && from_row < plan.shape.height.input) {
      left = std::min(plan.pad_left, plan.staged_width) * stride;
      inside = std::clamp<std::int64_t>(plan.staged_width - plan.pad_left, 0, width) * stride;
    }
    std::fill_n(out, left, zero);
    if (inside > 0) std::copy_n(image + from_row * width * stride, inside, out + left);
    std::fill_n(out + left + inside, plan.staged_width * stride - left - inside, zero);
  };
  if (plan.element_bytes == 1)
    copy(reinterpret_cast<std::uint8_t*>(to));
  else
    copy(reinterpret_cast<std::int16_t*>(to));
}

}  // namespace

void stage(const ChunkPlan& plan, std::int32_t zero, const std::byte* image, std::byte* to, ThreadPool& pool) {
  // Rows of one long image are cut up.
  constexpr std::int64_t kLongRow = 4096;
  if (plan.staged_height == 1 && plan.staged_width > kLongRow && plan.pad_left == 0) {
    const std::int64_t stride = plan.input.stride();
    const std::int64_t width = std::min(plan.staged_width, plan.shape.width.input);
    pool.parallel_for((width + kLongRow - 1) / kLongRow, [&](std::int64_t part, int) {
      const std::int64_t first = part * kLongRow * stride, last = std::min((part + 1) * kLongRow, width) * stride;
      const auto* from = reinterpret_cast<const std::uint8_t*>(image);
      std::copy(from + first, from + last, reinterpret_cast<std::int16_t*>(to) + first);
    });
    return;
  }
  pool.parallel_for(plan.staged_height, [&](std::int64_t row, int) {
    std::byte* line = to + row * plan.row_bytes();
    if (plan.input.element_bytes() == 1)
      stage_row(plan, zero, reinterpret_cast<const std::uint8_t*>(image), row, line);
    else
      stage_row(plan, zero, reinterpret_cast<const std::int16_t*>(image), row, line);
  });
}

}  // namespace diolkos::kernels::integer
