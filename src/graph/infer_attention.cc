#include <fmt/format.h>

#include "graph/infer_rules.h"

namespace diolkos::graph {

Types infer_attention(const NodeView& view) {
  const Shape& queries = view.shape(0);
  const Shape& keys = view.shape(1);
  const std::int64_t heads = view.attributes().int_or("heads", 1);
  const bool fits = queries.rank() == 3 && keys.rank() == 3 && view.shape(2) == keys && keys[0] == queries[0] &&
                    keys[2] == queries[2] && keys[1] > 0 && heads > 0 && queries[2] % heads == 0;
  if (!fits)
    return view.error(fmt::format("inputs are {}, {} and {}, expected [batch, queries, channels] and twice "
                                  "[batch, keys, channels] of {} heads",
                                  to_string(queries), to_string(keys), to_string(view.shape(2)), heads));
  for (std::size_t i = 0; i < 3; ++i)
    if (view.dtype(i) != DType::float32)
      return view.error(fmt::format("input {} is {}, expected float32", i, name_of(view.dtype(i))));
  return one(DType::float32, queries);
}

}  // namespace diolkos::graph
