// What only moves elements, or not even that.
#include <cstring>
#include <vector>

#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

using graph::Node;
using graph::ValueId;

struct Part {
  BufferId from;
  std::int64_t floats;  // of one image
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
  for (const ValueId input : node.inputs) {
    reads.push_back(planner.read(input, Layout::blocked));
    parts.push_back(
        {reads.back(), kernels::blocks_of(planner.shape(input)[1]) * shape[2] * shape[3] * kernels::kBlock});
  }
  const BufferId output = planner.write(node.output(), Layout::blocked);
  planner.add(make_step([parts, output, batch = shape[0]](const Context& context) {
                float* to = context.floats(output);
                for (std::int64_t n = 0; n < batch; ++n) {
                  for (const Part& part : parts) {
                    std::memcpy(to, context.floats(part.from) + n * part.floats,
                                static_cast<std::size_t>(part.floats) * sizeof(float));
                    to += part.floats;
                  }
                }
              }),
              node, "concat blocks", reads);
  return true;
}

Result<bool> plan_alias(Planner& planner, const Node& node) {
  if (node.outputs.size() != 1) return false;
  planner.alias(node.output(), node.input(0));
  return true;
}

}  // namespace diolkos::runtime
