// What only moves elements, or not even that.
#include <cstring>
#include <numeric>
#include <vector>

#include "kernels/transpose/transpose.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

using graph::Node;
using graph::ValueId;

struct Part {
  BufferId from;
  std::int64_t floats;  // of one image
  std::int64_t at;      // in an image of the result
};

}  // namespace

// Along channels, where every part but the last ends on a block: whole blocks are copied.
Result<bool> plan_concat(Planner& planner, const Node& node) {
  if (!planner.is_float_image(node.output())) return false;
  const std::int64_t axis = node.attributes.int_or("axis", 0);
  if (axis != 1 && axis != -3) return false;
  for (std::size_t i = 0; i + 1 < node.inputs.size(); ++i)
    if (planner.shape(node.inputs[i])[1] % kernels::kBlock != 0) return false;
  const Shape& shape = planner.shape(node.output());
  std::vector<Part> parts;
  std::vector<BufferId> reads;
  std::int64_t image_floats = 0;
  for (const ValueId input : node.inputs) {
    reads.push_back(planner.read(input, Layout::blocked));
    const std::int64_t floats = kernels::blocks_of(planner.shape(input)[1]) * shape[2] * shape[3] * kernels::kBlock;
    parts.push_back({reads.back(), floats, image_floats});
    image_floats += floats;
  }
  const BufferId output = planner.write(node.output(), Layout::blocked);
  planner.add(make_step([parts, output, image_floats, batch = shape[0]](const Context& context) {
                const auto count = static_cast<std::int64_t>(parts.size());
                context.pool.parallel_for(batch * count, [&](std::int64_t item, int) {
                  const Part& part = parts[static_cast<std::size_t>(item % count)];
                  const std::int64_t image = item / count;
                  std::memcpy(context.floats(output) + image * image_floats + part.at,
                              context.floats(part.from) + image * part.floats,
                              static_cast<std::size_t>(part.floats) * sizeof(float));
                });
              }),
              node, "concat blocks", reads);
  return true;
}

namespace {

// The order that takes the channels of [batch][channel][pixels...] to the end, or from there back.
bool moves_channels(std::span<const std::int64_t> order, bool to_end) {
  const auto rank = std::ssize(order);
  if ((rank != 3 && rank != 4) || order[0] != 0) return false;
  for (std::int64_t i = 1; i < rank; ++i) {
    const std::int64_t wanted = to_end ? (i + 1 < rank ? i + 1 : 1) : (i == 1 ? rank - 1 : i - 1);
    if (order[static_cast<std::size_t>(i)] != wanted) return false;
  }
  return true;
}

// Rows of blocks are blocks of the transposed image.
bool share_blocks(Planner& planner, const Node& node, std::span<const std::int64_t> order) {
  const ValueId x = node.input(0), y = node.output();
  if (planner.has(x, Layout::blocked) && moves_channels(order, true)) {
    planner.share(y, Layout::rows, x, Layout::blocked);
    return true;
  }
  if (planner.has(x, Layout::rows) && moves_channels(order, false)) {
    planner.share(y, Layout::blocked, x, Layout::rows);
    return true;
  }
  return false;
}

bool is_same(const kernels::Planes& a, const kernels::Planes& b) {
  return a.batch == b.batch && a.channels == b.channels && a.pixels == b.pixels;
}

// Another shape of the same blocks: pixels counted along one axis or two.
bool share_shape(Planner& planner, ValueId y, ValueId x) {
  const int from = planner.shape(x).rank(), to = planner.shape(y).rank();
  bool shared = false;
  if (planner.has(x, Layout::blocked) && (to == 3 || to == 4) && planner.shape(y).elements() > 0 &&
      is_same(planes_of(planner.shape(x)), planes_of(planner.shape(y)))) {
    planner.share(y, Layout::blocked, x, Layout::blocked);
    shared = true;
  }
  if (planner.has(x, Layout::rows) && from >= 2 && to >= 2 &&
      is_same(planes_of_rows(planner.shape(x)), planes_of_rows(planner.shape(y)))) {
    planner.share(y, Layout::rows, x, Layout::rows);
    shared = true;
  }
  return shared;
}

}  // namespace

// Of any type; where the order in memory stays, the tensor is its input under another shape.
Result<bool> plan_transpose(Planner& planner, const Node& node) {
  const graph::TensorType& type = planner.type(node.input(0));
  std::vector<std::int64_t> order(static_cast<std::size_t>(type.shape.rank()));
  std::iota(order.rbegin(), order.rend(), 0);
  order = node.attributes.ints_or("perm", order);
  if (share_blocks(planner, node, order) || is_transposed_in_products(planner, node)) return true;
  const kernels::Transpose transpose(type.shape, order, size_of(type.dtype));
  if (!transpose.moves()) return plan_alias(planner, node);
  const BufferId input = planner.read(node.input(0), Layout::plain);
  const BufferId output = planner.write(node.output(), Layout::plain);
  planner.add(make_step([=](const Context& context) {
                transpose.run(context.bytes(input), context.bytes(output), context.pool);
              }),
              node, "transpose", {input});
  return true;
}

Result<bool> plan_alias(Planner& planner, const Node& node) {
  if (node.outputs.size() != 1) return false;
  const bool shared = share_shape(planner, node.output(), node.input(0));
  if (!shared || planner.has(node.input(0), Layout::plain)) planner.alias(node.output(), node.input(0));
  return true;
}

}  // namespace diolkos::runtime
