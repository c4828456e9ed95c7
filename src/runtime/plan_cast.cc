// Between float32 and float16: the ends of networks whose file is in float16.
#include <algorithm>

#include "base/half.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

constexpr std::int64_t kElementsAtOnce = 1 << 14;

template <class From, class To>
void convert(const From* from, To* to, std::int64_t count, To (*one)(From), ThreadPool& pool) {
  pool.parallel_for((count + kElementsAtOnce - 1) / kElementsAtOnce, [=](std::int64_t part, int) {
    const std::int64_t first = part * kElementsAtOnce, last = std::min(count, first + kElementsAtOnce);
    std::transform(from + first, from + last, to + first, one);
  });
}

}  // namespace

Result<bool> plan_cast(Planner& planner, const graph::Node& node) {
  const DType from = planner.type(node.input(0)).dtype, to = planner.type(node.output()).dtype;
  const bool narrows = from == DType::float32 && to == DType::float16;
  if (!narrows && (from != DType::float16 || to != DType::float32)) return false;
  const std::int64_t count = planner.shape(node.output()).elements();
  const BufferId input = planner.read(node.input(0), Layout::plain);
  const BufferId output = planner.write(node.output(), Layout::plain);
  planner.add(make_step([=](const Context& context) {
                if (narrows)
                  convert(context.floats(input), reinterpret_cast<std::uint16_t*>(context.bytes(output)), count,
                          float_to_half, context.pool);
                else
                  convert(reinterpret_cast<const std::uint16_t*>(context.bytes(input)), context.floats(output), count,
                          half_to_float, context.pool);
              }),
              node, narrows ? "to float16" : "from float16", {input});
  return true;
}

}  // namespace diolkos::runtime
