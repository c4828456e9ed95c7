// Functions of one stored integer as tables, filled by the reference. What a network computes from one value, element
// by element and with constants (x * clip(x + 3, 0, 6) / 6 in five nodes), is one such function: its steps are one
// table.
#include <algorithm>
#include <map>

#include "kernels/integer/table.h"
#include "reference/evaluate.h"
#include "runtime/plan_integer.h"

namespace diolkos::runtime {
namespace {

namespace integer = kernels::integer;
using graph::kNoValue;
using graph::Node;
using graph::Op;
using graph::ValueId;

constexpr int kDeepest = 8;  // nodes of one function, one after the other
constexpr std::int64_t kElementsAtOnce = 1 << 14;

bool is_scalar(const Planner& planner, ValueId id) {
  const graph::Value& value = planner.graph().value(id);
  return value.is_constant() && !is_hollow(value) && value.type.shape.elements() == 1 && value.type.shape.rank() <= 4;
}

// The operands besides which the node has only constants: none where it is no function of elements.
std::vector<ValueId> operands_of(const Planner& planner, const Node& node) {
  std::vector<ValueId> operands;
  switch (node.op) {
    case Op::Relu:
    case Op::Clip:
    case Op::LeakyRelu:
    case Op::HardSwish:
    case Op::HardSigmoid:
    case Op::Sigmoid:
    case Op::Swish:
    case Op::Tanh:
    case Op::Elu:
    case Op::Erf:
    case Op::Exp:
    case Op::Sqrt:
    case Op::Abs:
    case Op::Neg:
    case Op::QuantizeLinear:
    case Op::DequantizeLinear:
      for (std::size_t i = 1; i < node.inputs.size(); ++i)
        if (node.inputs[i] != kNoValue && !is_scalar(planner, node.inputs[i])) return {};
      return {node.input(0)};
    case Op::Add:
    case Op::Sub:
    case Op::Mul:
    case Op::Div:
    case Op::Pow:
    case Op::Max:
    case Op::Min:
      for (const ValueId input : node.inputs)
        if (!is_scalar(planner, input)) operands.push_back(input);
      return operands;
    default: return {};
  }
}

// The value, written by a step, that an image is a function of, element by element: itself where it is of no other.
// None where no step has written that yet. Between a DequantizeLinear and a QuantizeLinear images are floats.
ValueId source_of(const Planner& planner, ValueId image, int depth = kDeepest);

bool is_image(const Planner& planner, ValueId id) {
  return is_integer_image(planner, id) || planner.is_float_image(id);
}

// The same of a node's result, or none where it is not a function of one value.
ValueId source_of(const Planner& planner, const Node& node, int depth = kDeepest) {
  const ValueId y = node.output();
  if (depth == 0 || node.outputs.size() != 1 || !is_image(planner, y)) return kNoValue;
  ValueId source = kNoValue;
  for (const ValueId operand : operands_of(planner, node)) {
    if (!is_image(planner, operand) || planner.shape(operand) != planner.shape(y)) return kNoValue;
    const ValueId from = source_of(planner, operand, depth - 1);
    if (from == kNoValue || (source != kNoValue && from != source)) return kNoValue;
    source = from;
  }
  return source;
}

bool is_written(const Planner& planner, ValueId id) {
  return planner.has(id, Layout::pixels) || planner.has(id, Layout::plain);
}

ValueId source_of(const Planner& planner, ValueId image, int depth) {
  const graph::NodeId producer = planner.graph().value(image).producer;
  if (producer != graph::kNoNode) {
    const ValueId source = source_of(planner, planner.graph().node(producer), depth);
    if (source != kNoValue) return source;
  }
  return is_integer_image(planner, image) && is_written(planner, image) ? image : kNoValue;
}

// Whether all that reads the node's result will be made from `source` as well.
bool is_passed_by(const Planner& planner, const Node& node, ValueId source) {
  const graph::Graph& graph = planner.graph();
  if (graph.is_output(node.output())) return false;
  const auto users = planner.users(node.output());
  return !users.empty() && std::all_of(users.begin(), users.end(), [&](graph::NodeId id) {
    const Node& user = graph.node(id);
    if (source_of(planner, user) != source) return false;
    return is_integer_image(planner, user.output()) || is_passed_by(planner, user, source);
  });
}

Result<Tensor> every_value(DType dtype) {
  const std::int64_t count = std::int64_t{1} << (8 * size_of(dtype));
  TRY_ASSIGN(Tensor values, Tensor::zeros(dtype, Shape{1, 1, 1, count}));
  const std::int64_t least = limits_of(dtype).low;
  for (std::int64_t i = 0; i < count; ++i) {
    if (dtype == DType::int16)
      values.mutable_as<std::int16_t>()[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(i + least);
    else
      values.mutable_data()[i] = static_cast<std::byte>(i + least);
  }
  return values;
}

// What values are where their source is each that its type holds, from the least.
class Answers {
 public:
  Answers(const Planner& planner, ValueId source) : planner_(planner), source_(source) {}

  Result<Tensor> of(const Node& node) {
    std::vector<Tensor> inputs;
    for (const ValueId input : node.inputs) {
      TRY_ASSIGN(Tensor tensor, of(input));
      inputs.push_back(std::move(tensor));
    }
    const std::int64_t count = std::int64_t{1} << (8 * size_of(planner_.type(source_).dtype));
    TRY_ASSIGN(Tensor result, Tensor::zeros(planner_.type(node.output()).dtype, Shape{1, 1, 1, count}));
    TRY(reference::evaluate(planner_.graph(), node, inputs, std::span(&result, 1)));
    return result;
  }

 private:
  Result<Tensor> of(ValueId id) {
    if (id == kNoValue) return Tensor();
    if (id == source_) return every_value(planner_.type(id).dtype);
    const graph::Value& value = planner_.graph().value(id);
    if (value.is_constant()) return *value.constant;
    if (const auto found = known_.find(id); found != known_.end()) return found->second;
    TRY_ASSIGN(Tensor result, of(planner_.graph().node(planner_.graph().value(id).producer)));
    known_.emplace(id, result);
    return result;
  }

  const Planner& planner_;
  ValueId source_;
  std::map<ValueId, Tensor> known_;
};

void add_table(Planner& planner, const Node& node, ValueId source, const Tensor& answers) {
  const integer::Image in = integer_image(planner.type(source)), out = integer_image(planner.type(node.output()));
  const cpu::Isa isa = planner.options().isa;
  const BufferId input = planner.read(source, Layout::pixels);
  const BufferId output = planner.write(node.output(), Layout::pixels);
  planner.add(make_step([=, table = integer::Table(in.dtype, out.dtype, answers.data())](const Context& context) {
                integer::run_table(table, isa, in.elements(), context.bytes(input), context.bytes(output),
                                   context.pool);
              }),
              node, "int table " + std::string(cpu::name_of(isa)), {input});
}

}  // namespace

Result<bool> plan_integer_table(Planner& planner, const Node& node) {
  const ValueId source = source_of(planner, node);
  if (source == kNoValue) return false;
  if (is_passed_by(planner, node, source)) return true;
  if (!is_integer_image(planner, node.output())) return false;
  TRY_ASSIGN(const Tensor answers, Answers(planner, source).of(node));
  add_table(planner, node, source, answers);
  return true;
}

Result<bool> plan_integer_dequantize(Planner& planner, const Node& node) {
  const ValueId x = node.input(0), y = node.output();
  if (!is_integer_image(planner, x) || planner.type(y).dtype != DType::float32 || operands_of(planner, node).empty())
    return false;
  const ValueId source = source_of(planner, node);
  if (source != kNoValue && is_passed_by(planner, node, source)) return true;
  TRY_ASSIGN(const Tensor table, Answers(planner, x).of(node));
  const integer::Image image = integer_image(planner.type(x));
  const BufferId input = planner.read(x, Layout::plain);
  const BufferId output = planner.write(y, Layout::plain);
  planner.add(
      make_step([=](const Context& context) {
        const std::int64_t count = image.batch * image.channels * image.plane();
        const auto run = [&]<class In>(const In* from, In turn) {
          const auto* values = reinterpret_cast<const float*>(table.data());
          context.pool.parallel_for((count + kElementsAtOnce - 1) / kElementsAtOnce, [&](std::int64_t part, int) {
            const std::int64_t last = std::min(count, (part + 1) * kElementsAtOnce);
            for (std::int64_t i = part * kElementsAtOnce; i < last; ++i)
              context.floats(output)[i] = values[static_cast<In>(from[i] ^ turn)];
          });
        };
        if (image.dtype == DType::int16)
          run(reinterpret_cast<const std::uint16_t*>(context.bytes(input)), std::uint16_t{0x8000});
        else
          run(reinterpret_cast<const std::uint8_t*>(context.bytes(input)), static_cast<std::uint8_t>(image.offset()));
      }),
      node, "dequantize", {input});
  return true;
}

}  // namespace diolkos::runtime
