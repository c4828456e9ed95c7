#include "kernels/conv2d/chunks.h"

#include <algorithm>
#include <limits>

#include "kernels/conv2d/hits.h"

namespace diolkos::kernels::conv2d {
namespace {

// Channels of a chunk: at 32 outputs, 256 of them are 32 KB of weights. Tiles of 32 channels a step have weights of two
// bytes, or are done with them so fast that loading and storing the sums would show.
std::int64_t channels_at_once(tile::PlaneLayout layout) { return layout.depth == 32 ? 512 : 256; }
// From so many channels on, a tap by itself is a chunk worth loading and storing the sums for.
constexpr std::int64_t kChannelsOfOneTap = 128;

// How many planes the 32 bits of an offset reach over, at least one.
std::int64_t planes_in_reach(std::int64_t plane_elements) {
  constexpr std::int64_t kReach = std::numeric_limits<std::int32_t>::max();
  return std::max<std::int64_t>(1, kReach / std::max<std::int64_t>(1, plane_elements) - 1);
}

Rectangle outputs_of_tap(const Shape& shape, std::int64_t tap) {
  const Hits rows = hits_of(shape.height, tap / shape.width.kernel);
  const Hits columns = hits_of(shape.width, tap % shape.width.kernel);
  return {rows.begin, rows.end, columns.begin, columns.end};
}

std::int64_t taps_of(const Shape& shape) { return shape.height.kernel * shape.width.kernel; }

bool needs_staging(const Shape& shape, std::int64_t planes, tile::PlaneLayout layout) {
  if (layout.depth == 1 || shape.height.stride > 1 || shape.width.stride > 1) return true;
  if (taps_of(shape) == 1 || planes * layout.depth >= kChannelsOfOneTap || !staging_is_small(shape)) return false;
  std::int64_t useful = 0;
  for (std::int64_t tap = 0; tap < taps_of(shape); ++tap) useful += outputs_of_tap(shape, tap).area();
  return useful * 10 > taps_of(shape) * shape.out_pixels() * 9;
}

// Chunks of one tap each, those that cover every output at both ends.
void cut_by_tap(const Shape& shape, std::int64_t planes, tile::PlaneLayout layout, ChunkPlan* plan) {
  const Rectangle all{0, shape.height.output, 0, shape.width.output};
  plan->row_elements = shape.width.input * layout.pixel_stride;
  plan->plane_elements = shape.in_pixels() * layout.pixel_stride;
  const std::int64_t at_once = std::min(channels_at_once(layout) / layout.depth, planes_in_reach(plan->plane_elements));
  std::vector<std::int32_t> taps;
  for (std::int64_t tap = 0; tap < taps_of(shape); ++tap)
    if (!outputs_of_tap(shape, tap).empty()) taps.push_back(static_cast<std::int32_t>(tap));
  std::stable_partition(taps.begin(), taps.end(), [&](std::int32_t tap) { return outputs_of_tap(shape, tap) == all; });
  for (const std::int32_t tap : taps) {
    const std::int64_t down = tap / shape.width.kernel * shape.height.dilation - shape.height.pad;
    const std::int64_t right = tap % shape.width.kernel * shape.width.dilation - shape.width.pad;
    for (std::int64_t plane = 0; plane < planes; plane += at_once) {
      const std::int64_t shift =
          down * plan->row_elements + right * layout.pixel_stride + plane * plan->plane_elements;
      Chunk chunk{outputs_of_tap(shape, tap), shift, plan->step_count(), std::min(at_once, planes - plane)};
      for (std::int64_t p = plane; p < plane + chunk.steps; ++p) {
        plan->steps.push_back({static_cast<std::int32_t>(p), tap});
        plan->offsets.push_back(static_cast<std::int32_t>((p - plane) * plan->plane_elements));
      }
      plan->chunks.push_back(chunk);
    }
  }
  const auto covers = [&](const Chunk& chunk) { return chunk.outputs == all; };
  plan->begins = !plan->chunks.empty() && covers(plan->chunks.front());
  if (plan->chunks.size() > 2 && covers(plan->chunks[1])) std::swap(plan->chunks[1], plan->chunks.back());
  plan->ends = plan->begins && covers(plan->chunks.back());
}

// Chunks of all taps of a few planes, over a staged input: each covers every output.
void cut_by_plane(const Shape& shape, std::int64_t planes, tile::PlaneLayout layout, ChunkPlan* plan) {
  plan->staged = true;
  plan->staging = Staging(shape, layout);
  plan->row_elements = plan->staging.row_elements();
  plan->plane_elements = plan->staging.plane_elements();
  const std::int64_t wanted = std::max<std::int64_t>(1, channels_at_once(layout) / layout.depth / taps_of(shape));
  const std::int64_t at_once = std::min(wanted, planes_in_reach(plan->plane_elements));
  for (std::int64_t plane = 0; plane < planes; plane += at_once) {
    Chunk chunk{{0, shape.height.output, 0, shape.width.output}, plane * plan->plane_elements, plan->step_count(), 0};
    for (std::int64_t p = plane; p < std::min(planes, plane + at_once); ++p) {
      for (std::int64_t tap = 0; tap < taps_of(shape); ++tap) {
        const std::int64_t row = plan->staging.rows.tap_offset(tap / shape.width.kernel);
        const std::int64_t column = plan->staging.columns.tap_offset(tap % shape.width.kernel);
        plan->steps.push_back({static_cast<std::int32_t>(p), static_cast<std::int32_t>(tap)});
        plan->offsets.push_back(static_cast<std::int32_t>((p - plane) * plan->plane_elements +
                                                          row * plan->row_elements + column * layout.pixel_stride));
      }
    }
    chunk.steps = plan->step_count() - chunk.first;
    plan->chunks.push_back(chunk);
  }
  plan->begins = plan->ends = !plan->chunks.empty();
}

}  // namespace

ChunkPlan plan_chunks(const Shape& shape, std::int64_t channels, tile::PlaneLayout layout) {
  const std::int64_t planes = (channels + layout.depth - 1) / layout.depth;
  ChunkPlan plan;
  plan.layout = layout;
  if (needs_staging(shape, planes, layout))
    cut_by_plane(shape, planes, layout, &plan);
  else
    cut_by_tap(shape, planes, layout, &plan);
  const auto idle = static_cast<int>((planes * layout.depth - channels) / 4 * 4);
  for (Chunk& chunk : plan.chunks)
    if (plan.steps[static_cast<std::size_t>(chunk.first + chunk.steps - 1)].plane == planes - 1) chunk.idle = idle;
  return plan;
}

}  // namespace diolkos::kernels::conv2d
