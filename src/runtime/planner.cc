#include "runtime/planner.h"

#include <cstring>

#include "base/thread_pool.h"
#include "kernels/layout/rows.h"
#include "runtime/plan_integer.h"

namespace diolkos::runtime {
namespace {

using graph::kNoValue;
using graph::Node;
using graph::NodeId;
using graph::ValueId;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

bool reads_plain(PlanOperator reader) {
  return reader == plan_alias || reader == plan_softmax || reader == plan_arg || reader == plan_transpose ||
         reader == plan_gemm || reader == plan_matmul;
}

class ObserveStep final : public Step {
 public:
  ObserveStep(std::size_t output, BufferId from, const graph::TensorType& type, const Observer& observe)
      : output_(output), from_(from), dtype_(type.dtype), shape_(type.shape), observe_(observe) {}

  Status run(const Context& context) const override {
    return observe_(output_, Tensor::view(dtype_, shape_,
                                          std::shared_ptr<const std::byte>(std::shared_ptr<const std::byte>(),
                                                                           context.bytes(from_))));
  }

 private:
  std::size_t output_;
  BufferId from_;
  DType dtype_;
  Shape shape_;
  Observer observe_;
};

}  // namespace

kernels::Planes planes_of(const Shape& image) {
  return {image[0], image[1], image.rank() == 3 ? image[2] : image[2] * image[3]};
}

kernels::Planes planes_of_rows(const Shape& tokens) {
  const std::int64_t batch = tokens.rank() > 2 ? tokens[0] : 1, channels = tokens[tokens.rank() - 1];
  return {batch, channels, tokens.elements() / (batch * channels)};
}

Error not_of_this_network(const Node& node) {
  return {ErrorCode::invalid_input, graph::describe(node) + ": the plan file's weights are not this network's"};
}

Planner::Planner(graph::Graph& graph, const PlanOptions& options)
    : graph_(graph),
      options_(options),
      places_(graph.value_count()),
      users_(graph.value_count()),
      unpacked_uses_(graph.value_count(), 0) {
  for (NodeId id : graph.order())
    for (ValueId input : graph.node(id).inputs) {
      if (input == kNoValue) continue;
      ++unpacked_uses_[at(input)];
      std::vector<NodeId>& users = users_[at(input)];
      if (users.empty() || users.back() != id) users.push_back(id);
    }
  for (ValueId output : graph.outputs()) ++unpacked_uses_[at(output)];
}

Status Planner::plan() {
  for (std::size_t i = 0; i < graph_.inputs().size(); ++i) {
    const ValueId input = graph_.inputs()[i];
    Buffer buffer;
    buffer.place = Buffer::Place::input;
    buffer.bytes = bytes_of(input, Layout::plain);
    buffer.index = i;
    buffers.push_back(buffer);
    places_[at(input)].plain = static_cast<BufferId>(buffers.size() - 1);
  }
  for (NodeId id : graph_.order()) {
    TRY(plan_node(id));
    if (options_.observe != nullptr) plan_observation(id);
  }
  if (options_.observe != nullptr) return {};
  return plan_outputs();
}

Status Planner::plan_node(NodeId id) {
  const Node& node = graph_.node(id);
  TRY_ASSIGN(const bool integers, plan_integer(*this, node));
  if (integers) return {};
  if (const PlanOperator fast = fast_plan(node.op)) {
    TRY_ASSIGN(const bool planned, fast(*this, node));
    if (planned) return {};
  }
  TRY(plan_reference(*this, node));
  return {};
}

// The last reader of a value is the caller: what is made for an output is made in the caller's tensor, unless that
// buffer belongs to somebody else already.
Status Planner::plan_outputs() {
  for (std::size_t i = 0; i < graph_.outputs().size(); ++i) {
    const ValueId output = graph_.outputs()[i];
    const BufferId from = read(output, Layout::plain);
    const std::size_t bytes = buffers[at(from)].bytes;
    if (buffers[at(from)].place == Buffer::Place::arena) {
      buffers[at(from)].place = Buffer::Place::output;
      buffers[at(from)].index = i;
      continue;
    }
    const BufferId to = new_buffer(bytes);
    use(from);
    buffers[at(to)].place = Buffer::Place::output;
    buffers[at(to)].index = i;
    auto step = make_step([from, to, bytes](const Context& context) {
      std::memcpy(context.bytes(to), context.bytes(from), bytes);
    });
    step->name = graph_.value(output).name;
    step->kernel = "copy";
    steps.push_back(std::move(step));
  }
  return {};
}

void Planner::plan_observation(NodeId id) {
  for (const ValueId value : graph_.node(id).outputs)
    for (std::size_t i = 0; i < graph_.outputs().size(); ++i) {
      if (graph_.outputs()[i] != value) continue;
      const BufferId from = read(value, Layout::plain);
      use(from);
      steps.push_back(std::make_unique<ObserveStep>(i, from, type(value), *options_.observe));
      steps.back()->name = graph_.value(value).name;
      steps.back()->kernel = "observe";
    }
}

bool Planner::is_float_image(ValueId id) const {
  return id != kNoValue && type(id).dtype == DType::float32 && shape(id).rank() == 4 && shape(id).elements() > 0;
}

bool Planner::wanted_plain(ValueId id) const {
  if (graph_.is_output(id)) return true;
  for (const NodeId user : users(id)) {
    const PlanOperator reader = fast_plan(graph_.node(user).op);
    if (reader != nullptr && !reads_plain(reader)) return false;
  }
  return true;
}

BufferId Planner::buffer(ValueId id, Layout layout) const {
  switch (layout) {
    case Layout::plain: return places_[at(id)].plain;
    case Layout::blocked: return places_[at(id)].blocked;
    case Layout::rows: return places_[at(id)].rows;
    case Layout::pixels: break;
  }
  return places_[at(id)].pixels;
}
BufferId& Planner::buffer(ValueId id, Layout layout) {
  switch (layout) {
    case Layout::plain: return places_[at(id)].plain;
    case Layout::blocked: return places_[at(id)].blocked;
    case Layout::rows: return places_[at(id)].rows;
    case Layout::pixels: break;
  }
  return places_[at(id)].pixels;
}

kernels::Planes Planner::planes(ValueId id, Layout layout) const {
  return layout == Layout::rows ? planes_of_rows(shape(id)) : planes_of(shape(id));
}

std::size_t Planner::bytes_of(ValueId id, Layout layout) const {
  if (layout == Layout::pixels) return integer_image(type(id)).bytes();
  if (layout != Layout::plain) return at(planes(id, layout).blocked_elements()) * sizeof(float);
  return at(shape(id).elements()) * size_of(type(id).dtype);
}

BufferId Planner::new_buffer(std::size_t bytes) {
  Buffer buffer;
  buffer.bytes = bytes;
  buffer.first_step = buffer.last_step = static_cast<int>(steps.size());
  buffers.push_back(buffer);
  return static_cast<BufferId>(buffers.size() - 1);
}

void Planner::use(BufferId id) { buffers[at(id)].last_step = static_cast<int>(steps.size()); }

BufferId Planner::read(ValueId id, Layout layout) {
  if (!has(id, layout)) {
    if (graph_.value(id).is_constant() && layout != Layout::pixels)
      buffer(id, layout) = layout == Layout::plain ? plain_constant(id) : blocked_constant(id, layout);
    else
      reorder(id, layout);
  }
  return buffer(id, layout);
}

// Between plain and pixels.
void Planner::reorder_pixels(ValueId id, Layout layout) {
  const bool to_plain = layout == Layout::plain;
  const BufferId from = read(id, to_plain ? Layout::pixels : Layout::plain);
  const BufferId to = write(id, layout);
  use(from);
  const kernels::integer::Image image = integer_image(type(id));
  auto step = make_step([from, to, image, to_plain](const Context& context) {
    auto* const convert = to_plain ? kernels::integer::plain_from_pixels : kernels::integer::pixels_from_plain;
    convert(image, context.bytes(from), context.bytes(to), context.pool);
  });
  step->name = graph_.value(id).name;
  step->kernel = to_plain ? "reorder to plain" : "reorder to pixels";
  steps.push_back(std::move(step));
}

void Planner::reorder(ValueId id, Layout layout) {
  if (layout == Layout::pixels || has(id, Layout::pixels)) return reorder_pixels(id, layout);
  const bool to_plain = layout == Layout::plain;
  const Layout other = !to_plain ? Layout::plain : has(id, Layout::blocked) ? Layout::blocked : Layout::rows;
  const BufferId from = read(id, other);
  const BufferId to = write(id, layout);
  use(from);
  const bool of_rows = other == Layout::rows || layout == Layout::rows;
  const kernels::Planes shape = planes(id, of_rows ? Layout::rows : Layout::blocked);
  auto step = make_step([from, to, shape, to_plain, of_rows](const Context& context) {
    auto* const convert = to_plain ? (of_rows ? kernels::rows_to_plain : kernels::blocked_to_plain)
                                   : (of_rows ? kernels::plain_to_rows : kernels::plain_to_blocked);
    convert(shape, context.floats(from), context.floats(to), context.pool);
  });
  step->name = graph_.value(id).name;
  step->kernel = to_plain ? "reorder to plain" : of_rows ? "reorder to rows" : "reorder to blocks";
  steps.push_back(std::move(step));
}

BufferId Planner::write(ValueId id, Layout layout) {
  buffer(id, layout) = new_buffer(bytes_of(id, layout));
  return buffer(id, layout);
}

BufferId Planner::scratch(std::size_t bytes) { return bytes == 0 ? kNoBuffer : new_buffer(bytes); }

// The constant's own bytes, read in place: the graph that the session keeps holds them.
BufferId Planner::plain_constant(ValueId id) {
  Buffer buffer;
  buffer.place = Buffer::Place::constant;
  buffer.bytes = bytes_of(id, Layout::plain);
  buffer.constant = graph_.value(id).constant->data();
  buffers.push_back(buffer);
  return static_cast<BufferId>(buffers.size() - 1);
}

BufferId Planner::blocked_constant(ValueId id, Layout layout) {
  ThreadPool pool(1);
  kernels::AlignedFloats floats(bytes_of(id, layout) / sizeof(float));
  const auto plain = graph_.value(id).constant->as<float>();
  auto* const convert = layout == Layout::rows ? kernels::plain_to_rows : kernels::plain_to_blocked;
  if (floats.data() != nullptr) convert(planes(id, layout), plain.data(), floats.data(), pool);
  return constant(std::move(floats));
}

BufferId Planner::constant(kernels::AlignedFloats floats) {
  Buffer buffer;
  buffer.place = Buffer::Place::constant;
  buffer.bytes = floats.bytes();
  buffer.constant = reinterpret_cast<const std::byte*>(floats.data());
  constants.push_back(std::move(floats));
  buffers.push_back(buffer);
  return static_cast<BufferId>(buffers.size() - 1);
}

void Planner::alias(ValueId made, ValueId from) { buffer(made, Layout::plain) = read(from, Layout::plain); }

void Planner::share(ValueId made, Layout layout, ValueId from, Layout from_layout) {
  buffer(made, layout) = buffer(from, from_layout);
}

void Planner::add(std::unique_ptr<Step> step, const Node& node, std::string kernel, std::span<const BufferId> reads) {
  for (const BufferId id : reads)
    if (id != kNoBuffer) use(id);
  step->name = node.name.empty() ? graph_.value(node.output()).name : node.name;
  step->kernel = std::move(kernel);
  steps.push_back(std::move(step));
}

void Planner::packed(ValueId id) {
  if (id == kNoValue || --unpacked_uses_[at(id)] != 0) return;
  graph_.value(id).constant = Tensor::view(type(id).dtype, shape(id), nullptr);
}

PlanOperator fast_plan(graph::Op op) {
  using graph::Op;
  switch (op) {
    case Op::Conv:
    case Op::FusedConv: return plan_convolution;
    case Op::BatchNormalization: return plan_batch_norm;
    case Op::MaxPool:
    case Op::AveragePool: return plan_pool;
    case Op::GlobalAveragePool:
    case Op::ReduceMean: return plan_global_pool;
    case Op::Relu:
    case Op::Clip:
    case Op::HardSigmoid:
    case Op::HardSwish:
    case Op::Sigmoid:
    case Op::Swish:
    case Op::LeakyRelu:
    case Op::Gelu:
    case Op::Erf:
    case Op::Tanh: return plan_unary;
    case Op::LayerNormalization: return plan_layer_norm;
    case Op::FusedAttention: return plan_attention;
    case Op::Add:
    case Op::Sub:
    case Op::Mul:
    case Op::Div:
    case Op::Max:
    case Op::Min:
    case Op::PRelu: return plan_binary;
    case Op::Resize: return plan_resize;
    case Op::Concat: return plan_concat;
    case Op::Softmax:
    case Op::LogSoftmax: return plan_softmax;
    case Op::ArgMax:
    case Op::ArgMin: return plan_arg;
    case Op::Cast: return plan_cast;
    case Op::Transpose: return plan_transpose;
    case Op::ConvTranspose: return plan_conv_transpose;
    case Op::Gemm: return plan_gemm;
    case Op::MatMul: return plan_matmul;
    case Op::Identity:
    case Op::Dropout:
    case Op::Reshape:
    case Op::Flatten:
    case Op::Squeeze:
    case Op::Unsqueeze: return plan_alias;
    default: return nullptr;
  }
}

}  // namespace diolkos::runtime
