#include "kernels/integer/chunks.h"

#include <algorithm>

#include "kernels/conv2d/hits.h"

namespace diolkos::kernels::integer {
namespace {

constexpr std::int64_t kWeightsOfChunk = 16 << 10;   // bytes
constexpr std::int64_t kChannelsWorthCutting = 256;  // sums that leave the registers after so many cost little
constexpr std::int64_t kLargestBorder = 4;           // times the image

bool is_product(const conv2d::Shape& shape) {
  const auto plain = [](const conv2d::Axis& axis) {
    return axis.kernel == 1 && axis.stride == 1 && axis.pad == 0 && axis.output == axis.input;
  };
  return plain(shape.height) && plain(shape.width);
}

std::int64_t reach(const conv2d::Axis& axis) {
  return (axis.output - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
}

bool has_border(const conv2d::Axis& axis) { return axis.pad > 0 || reach(axis) > axis.input; }

class Builder {
 public:
  explicit Builder(ChunkPlan& plan) : plan_(plan) {}

  void taps_of_bordered() {
    const auto &h = plan_.shape.height, &w = plan_.shape.width;
    const bool whole_rows = w.dilation == 1;
    const std::int64_t length = plan_.input.stride() * (whole_rows ? w.kernel : 1);
    for (std::int64_t row = 0; row < h.kernel; ++row)
      for (std::int64_t column = 0; column < (whole_rows ? 1 : w.kernel); ++column)
        add_tap(row, column, length, {0, h.output, 0, w.output}, false);
  }

  void taps_of_cut() {
    const auto &h = plan_.shape.height, &w = plan_.shape.width;
    for (std::int64_t row = 0; row < h.kernel; ++row)
      for (std::int64_t column = 0; column < w.kernel; ++column) {
        const conv2d::Hits rows = conv2d::hits_of(h, row), columns = conv2d::hits_of(w, column);
        const Area area{rows.begin, rows.end, columns.begin, columns.end};
        if (!area.empty()) add_tap(row, column, plan_.input.stride(), area, true);
      }
  }

 private:
  void add_tap(std::int64_t row, std::int64_t column, std::int64_t length, const Area& area, bool alone) {
    const auto &h = plan_.shape.height, &w = plan_.shape.width;
    const std::int64_t multiple = plan_.kernel.step_multiple;
    const std::int64_t most = kWeightsOfChunk / plan_.kernel.step_bytes();
    for (std::int64_t first = 0; first < length;) {
      const std::int64_t room = most - (open_ ? plan_.steps - plan_.chunks.back().step : 0);
      if (!open_ || room < multiple) {
        plan_.chunks.push_back({area, static_cast<int>(plan_.runs.size()), 0, plan_.steps});
        open_ = true;
        continue;
      }
      const std::int64_t count = std::min(length - first, room * plan_.kernel.group);
      const std::int64_t steps = (count + plan_.kernel.group - 1) / plan_.kernel.group;
      const std::int64_t padded = (steps + multiple - 1) / multiple * multiple;
      const std::int64_t pixel = (row * h.dilation + plan_.pad_top - h.pad) * plan_.row_bytes() +
                                 (column * w.dilation + plan_.pad_left - w.pad) * plan_.pixel_bytes();
      plan_.pieces.push_back({row, column, first, count});
      plan_.runs.push_back({pixel + first * plan_.element_bytes, static_cast<std::int32_t>(padded)});
      ++plan_.chunks.back().runs;
      plan_.steps += padded;
      first += count;
    }
    if (alone) open_ = false;
  }

  ChunkPlan& plan_;
  bool open_ = false;
};

}  // namespace

Area common(const Area& a, const Area& b) {
  return {std::max(a.top, b.top), std::min(a.bottom, b.bottom), std::max(a.left, b.left), std::min(a.right, b.right)};
}

ChunkPlan plan_chunks(const Spec& spec) {
  ChunkPlan plan;
  plan.shape = spec.shape;
  if (is_product(spec.shape)) {
    plan.shape.batch = 1;
    plan.shape.height = {};
    plan.shape.width = {};
    plan.shape.width.input = plan.shape.width.output = spec.shape.batch * spec.shape.in_pixels();
  }
  const auto &h = plan.shape.height, &w = plan.shape.width;
  plan.input = {plan.shape.batch, plan.shape.in_channels, h.input, w.input, spec.dtype};
  plan.output = {plan.shape.batch, plan.shape.out_channels, h.output, w.output, spec.dtype};
  const bool bytes = spec.dtype != DType::int16 && !spec.weights.is_unsigned && spec.weights.zero == 0;
  if (bytes) plan.kernel = dot4(spec.engine);
  if (!plan.kernel) plan.kernel = dot2(spec.engine);
  plan.element_bytes = plan.kernel.element_bytes();
  const bool border = has_border(h) || has_border(w);
  const bool wide_border = reach(h) > kLargestBorder * (h.input + 16) || reach(w) > kLargestBorder * (w.input + 16);
  plan.cut = border && (plan.input.stride() >= kChannelsWorthCutting || wide_border);
  if (spec.wide && spec.input_zero != 0) plan.cut = false;
  const bool widened = plan.element_bytes != plan.input.element_bytes();
  plan.staged = widened || (border && !plan.cut);
  if (plan.staged && border && !plan.cut) {
    plan.staged_height = reach(h);
    plan.staged_width = reach(w);
    plan.pad_top = h.pad;
    plan.pad_left = w.pad;
  } else {
    plan.staged_height = h.input;
    plan.staged_width = w.input;
  }
  Builder builder(plan);
  if (plan.cut)
    builder.taps_of_cut();
  else
    builder.taps_of_bordered();
  return plan;
}

}  // namespace diolkos::kernels::integer
