#include "formats/tflite/lowering.h"

#include <algorithm>

#include <fmt/format.h>

#include "formats/tflite/clip_bounds.h"

namespace diolkos::tflite {

using graph::kNoValue;
using graph::NodeId;
using graph::ValueId;

tl::unexpected<Error> not_in_tflite(const graph::Node& node, std::string_view reason) {
  return unsupported(fmt::format("{}: {}", describe(node), reason));
}

std::string Lowering::unique(std::string_view name) {
  int& count = names_[std::string(name)];
  return ++count == 1 ? std::string(name) : unique(fmt::format("{}_{}", name, count - 1));
}

Result<int> Lowering::tensor(ValueId id) {
  int& known = tensors_[static_cast<std::size_t>(id)];
  if (known != kNoTensor) return known;
  const graph::Value& from = graph.value(id);
  if (!from.is_constant())
    return failure(ErrorCode::internal, fmt::format("'{}' is used before it is made", from.name));
  Tensor data = *from.constant;
  if (data.shape().rank() == 4) {
    TRY_ASSIGN(data, permuted(data, kToNhwc));
  }
  known = constant(from.name, std::move(data));
  return known;
}

int Lowering::output_tensor(ValueId id) {
  const graph::Value& from = graph.value(id);
  const int index = model.add_tensor({unique(from.name), from.type.dtype, to_nhwc(from.type.shape), {}, {}});
  tensors_[static_cast<std::size_t>(id)] = index;
  return index;
}

ValueId Lowering::fuse_activation(const graph::Node& node, Options& options) {
  const ValueId output = node.output();
  const auto users = graph.users(output);
  if (users.size() != 1 || graph.is_output(output)) return output;
  const graph::Node& user = graph.node(users[0]);
  if (user.input(0) != output) return output;
  const auto bounds = clip_bounds(graph, user);
  const auto activation = bounds ? activation_of(*bounds) : std::nullopt;
  if (!activation) return output;
  options.activation = *activation;
  fused_.push_back(users[0]);
  return user.output();
}

bool Lowering::fused(NodeId id) const { return std::find(fused_.begin(), fused_.end(), id) != fused_.end(); }

int Lowering::constant(std::string_view name, Tensor data) {
  const DType dtype = data.dtype();
  const Shape shape = data.shape();
  return model.add_tensor({unique(name), dtype, shape, {}, std::move(data)});
}

int Lowering::ints(std::string_view name, const std::vector<std::int32_t>& values) {
  return constant(name,
                  Tensor::of(Shape{static_cast<std::int64_t>(values.size())}, std::span<const std::int32_t>(values)));
}

int Lowering::like(int tensor, std::string_view name, const Shape& shape) {
  return model.add_tensor({unique(name), model.tensor(tensor).dtype, shape, {}, {}});
}

void Lowering::emit(Builtin builtin, std::vector<int> inputs, std::vector<int> outputs, Options options) {
  model.operators.push_back({builtin, std::move(inputs), std::move(outputs), std::move(options)});
}

int Lowering::pad(int tensor, const Pads& pads, std::string_view name, const float* fill) {
  const auto narrow = [](std::int64_t amount) { return static_cast<std::int32_t>(amount); };
  Shape shape = model.tensor(tensor).shape;
  shape[1] += pads.top + pads.bottom;
  shape[2] += pads.left + pads.right;
  const std::int32_t table[] = {0, 0, narrow(pads.top), narrow(pads.bottom), narrow(pads.left), narrow(pads.right),
                                0, 0};
  const int amounts =
      constant(fmt::format("{}/pads", name), Tensor::of(Shape{4, 2}, std::span<const std::int32_t>(table)));
  const int padded = like(tensor, fmt::format("{}/padded", name), shape);
  if (fill == nullptr) {
    emit(Builtin::pad, {tensor, amounts}, {padded});
  } else {
    const int value = constant(fmt::format("{}/fill", name), Tensor::of(Shape{1}, std::span<const float>(fill, 1)));
    emit(Builtin::padv2, {tensor, amounts, value}, {padded});
  }
  return padded;
}

int Lowering::transpose(int tensor, const std::vector<std::int32_t>& axes, std::string_view name) {
  const Shape from = model.tensor(tensor).shape;
  Shape shape;
  for (std::int32_t axis : axes) shape.push_back(from[axis]);
  const int order = ints(fmt::format("{}/axes", name), axes);
  const int result = like(tensor, fmt::format("{}/transposed", name), shape);
  emit(Builtin::transpose, {tensor, order}, {result});
  return result;
}

}  // namespace diolkos::tflite
