#include "kernels/integer/chunks.h"

#include <algorithm>

#include "base/part_of.h"
#include "kernels/conv2d/hits.h"

namespace diolkos::kernels::integer {
namespace {

// Bytes of weights. Tiles of matrix registers are done with them so fast that loading and storing the sums would show.
constexpr std::int64_t kWeightsOfChunk = 16 << 10, kWeightsOfMatrixChunk = 32 << 10;
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
        add_tap(row, column, {0, length}, {0, h.output, 0, w.output});
  }

  // Every tap of some channels, then those of the next: inputs are still in the second-level cache for the later taps.
  void taps_of_cut() {
    const auto &h = plan_.shape.height, &w = plan_.shape.width;
    const std::int64_t length = plan_.input.stride(), at_once = most_steps() * plan_.kernel.group;
    std::size_t taps = 0;  // that hit the image at all
    for (std::int64_t first = 0; first < length; first += at_once) {
      for (std::int64_t row = 0; row < h.kernel; ++row)
        for (std::int64_t column = 0; column < w.kernel; ++column) {
          const conv2d::Hits rows = conv2d::hits_of(h, row), columns = conv2d::hits_of(w, column);
          const Area area{rows.begin, rows.end, columns.begin, columns.end};
          open_ = false;
          if (!area.empty()) add_tap(row, column, {first, std::min(length, first + at_once)}, area);
        }
      if (first == 0) taps = plan_.chunks.size();
    }
    for (std::size_t c = 0; c < plan_.chunks.size(); ++c) plan_.chunks[c].head = c % taps;
  }

 private:
  std::int64_t most_steps() const {
    return (plan_.kernel.rows > 1 ? kWeightsOfMatrixChunk : kWeightsOfChunk) / plan_.kernel.step_bytes();
  }

  // `channels` counted from the tap's first.
  void add_tap(std::int64_t row, std::int64_t column, const Range& channels, const Area& area) {
    const auto &h = plan_.shape.height, &w = plan_.shape.width;
    const std::int64_t multiple = plan_.kernel.step_multiple;
    const std::int64_t most = most_steps();
    for (std::int64_t first = channels.begin; first < channels.end;) {
      const std::int64_t room = most - (open_ ? plan_.steps - plan_.chunks.back().step : 0);
      if (!open_ || room < multiple) {
        plan_.chunks.push_back({area, 0, static_cast<int>(plan_.runs.size()), 0, plan_.steps});
        open_ = true;
        continue;
      }
      const std::int64_t count = std::min(channels.end - first, room * plan_.kernel.group);
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
