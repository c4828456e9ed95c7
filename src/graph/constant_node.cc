#include "graph/constant_node.h"

namespace diolkos::graph {
namespace {

template <class T>
Tensor list(const std::vector<T>& values) {
  return Tensor::of(Shape{static_cast<std::int64_t>(values.size())}, std::span<const T>(values));
}

}  // namespace

Result<Tensor> constant_of(const NodeView& view) {
  const auto get = [&]<class T>(std::string_view name, const T*& value) {
    const Attribute* found = view.attributes().find(name);
    return found != nullptr && (value = std::get_if<T>(found)) != nullptr;
  };
  if (const Tensor* value = nullptr; get("value", value)) return *value;
  if (const std::int64_t* value = nullptr; get("value_int", value)) return Tensor::scalar(*value);
  if (const float* value = nullptr; get("value_float", value)) return Tensor::scalar(*value);
  if (const std::vector<std::int64_t>* value = nullptr; get("value_ints", value)) return list(*value);
  if (const std::vector<float>* value = nullptr; get("value_floats", value)) return list(*value);
  return view.error("none of value, value_int, value_float, value_ints and value_floats is given");
}

}  // namespace diolkos::graph
