#include "libtorch/session.h"

#include <cstring>
#include <mutex>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

#include "formats/onnx/onnx_file.h"
#include "graph/infer.h"
#include "kit/graph_ports.h"
#include "libtorch/operators.h"
#include "libtorch/tensors.h"

namespace diolkos::plugin::libtorch {
namespace {

using graph::Graph;
using graph::ValueId;

struct Step {
  Operator run;
  std::string place;  // "node 'c1' (Conv)"
  std::vector<ValueId> inputs, outputs;
  std::vector<bool> last;  // whether nothing reads the input afterwards
};

// The first line of what PyTorch says; the rest is where in its source it was said.
Status failed(std::string_view place, const c10::Error& error) {
  const std::string_view text = error.what_without_backtrace();
  return io_failure(std::string(place) + ": PyTorch: " + std::string(text.substr(0, text.find('\n'))));
}

class TorchModel : public Model {
 public:
  Status open(const diolkos_load_options& options);
  Status infer(const void* const* given, void* const* answers) override {
    TRY(submit(given, answers));
    return synchronize();
  }
  // On the CPU the work is done when this returns.
  Status submit(const void* const* given, void* const* answers) override;
  Status synchronize() override;

 private:
  Status add_steps(const Graph& graph);
  void mark_last_uses(const Graph& graph);
  void set_threads();
  at::Tensor input_over(const void* buffer, const Port& port) const;
  void hand_out(const at::Tensor& result, void* buffer, const Port& port);
  Status run_steps();

  Place place_;
  int threads_ = 1;
  std::vector<Step> steps_;
  std::vector<ValueId> input_ids_, output_ids_;
  std::vector<at::Tensor> values_;  // by value; what is computed is there only while it is needed
  struct Answer {
    at::Tensor pinned;
    void* buffer;
  };
  std::vector<Answer> underway_;  // copies from the device that synchronize() hands out
};

Status TorchModel::open(const diolkos_load_options& options) {
  TRY_ASSIGN(place_, place_of(options));
  const auto bytes = std::span(static_cast<const std::byte*>(options.bytes), options.size);
  TRY_ASSIGN(Graph graph, options.path != nullptr ? formats::read_onnx(options.path) : formats::read_onnx(bytes));
  TRY(graph::infer_shapes(graph));
  threads_ = options.threads;
  set_threads();
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
  input_ids_.assign(graph.inputs().begin(), graph.inputs().end());
  output_ids_.assign(graph.outputs().begin(), graph.outputs().end());
  TRY_ASSIGN(inputs, ports_of(graph, input_ids_));
  TRY_ASSIGN(outputs, ports_of(graph, output_ids_));
  TRY(add_steps(graph));
  mark_last_uses(graph);
  actual.precision = place_.floats == at::kFloat ? "fp32" : place_.floats == at::kHalf ? "fp16" : "bf16";
  actual.device = options.device;
  actual.threads = at::get_num_threads();
  return {};
}

// PyTorch's threads are a number of the process, and OpenMP's of each thread that calls it.
void TorchModel::set_threads() {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  if (at::get_num_threads() != threads_) at::set_num_threads(threads_);
}

Status TorchModel::add_steps(const Graph& graph) {
  values_.resize(graph.value_count());
  const auto keep = [&](ValueId id) -> Status {
    if (id == graph::kNoValue || !graph.value(id).is_constant() || values_[static_cast<std::size_t>(id)].defined())
      return {};
    TRY_ASSIGN(values_[static_cast<std::size_t>(id)], to_place(*graph.value(id).constant, place_));
    return {};
  };
  for (const graph::NodeId id : graph.order()) {
    const graph::Node& node = graph.node(id);
    Step step{{}, graph::describe(node), node.inputs, node.outputs, {}};
    TRY_ASSIGN(step.run, make_operator(graph::NodeView(graph, node)));
    for (const ValueId input : node.inputs) TRY(keep(input));
    steps_.push_back(std::move(step));
  }
  for (const ValueId output : output_ids_) TRY(keep(output));
  return {};
}

void TorchModel::mark_last_uses(const Graph& graph) {
  std::vector<bool> needed(values_.size(), false);
  for (const ValueId id : output_ids_) needed[static_cast<std::size_t>(id)] = true;
  for (std::size_t s = steps_.size(); s-- > 0;) {
    Step& step = steps_[s];
    step.last.assign(step.inputs.size(), false);
    for (std::size_t i = step.inputs.size(); i-- > 0;) {
      const ValueId id = step.inputs[i];
      if (id == graph::kNoValue || graph.value(id).is_constant() || needed[static_cast<std::size_t>(id)]) continue;
      needed[static_cast<std::size_t>(id)] = true;
      step.last[i] = true;
    }
  }
}

at::Tensor TorchModel::input_over(const void* buffer, const Port& port) const {
  const at::ScalarType type = port.dtype == DIOLKOS_FLOAT32 ? at::kFloat
                              : port.dtype == DIOLKOS_INT64 ? at::kLong
                              : port.dtype == DIOLKOS_INT32 ? at::kInt
                              : port.dtype == DIOLKOS_UINT8 ? at::kByte
                                                            : at::kChar;
  at::Tensor over = at::from_blob(const_cast<void*>(buffer), port.dims, at::TensorOptions(type));  // only read
  if (place_.device.is_cuda()) over = over.pin_memory().to(place_.device, type, /*non_blocking=*/true);
  return type == at::kFloat ? over.to(place_.floats) : over;
}

Status TorchModel::run_steps() {
  std::vector<at::Tensor> in, out;
  for (const Step& step : steps_) {
    in.assign(step.inputs.size(), at::Tensor());
    out.assign(step.outputs.size(), at::Tensor());
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (step.inputs[i] == graph::kNoValue) continue;
      at::Tensor& value = values_[static_cast<std::size_t>(step.inputs[i])];
      in[i] = step.last[i] ? std::move(value) : value;
    }
    try {
      step.run(in.data(), out.data());
    } catch (const c10::Error& error) {
      return failed(step.place, error);
    }
    for (std::size_t i = 0; i < out.size(); ++i) values_[static_cast<std::size_t>(step.outputs[i])] = std::move(out[i]);
  }
  return {};
}

void TorchModel::hand_out(const at::Tensor& result, void* buffer, const Port& port) {
  const at::ScalarType type = port.dtype == DIOLKOS_FLOAT32 ? at::kFloat : result.scalar_type();
  if (!place_.device.is_cuda()) {
    at::from_blob(buffer, port.dims, at::TensorOptions(type)).copy_(result);
    return;
  }
  const at::Tensor pinned = at::empty(port.dims, at::TensorOptions(type).pinned_memory(true));
  pinned.copy_(result.to(type), /*non_blocking=*/true);
  underway_.push_back({pinned, buffer});
}

Status TorchModel::submit(const void* const* given, void* const* answers) {
  try {
    const c10::InferenceMode no_gradients;
    set_threads();
    std::vector<at::Tensor> held;  // so that no step takes a caller's buffer for its own
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      held.push_back(input_over(given[i], inputs[i]));
      values_[static_cast<std::size_t>(input_ids_[i])] = held.back();
    }
    TRY(run_steps());
    for (std::size_t i = 0; i < outputs.size(); ++i)
      hand_out(values_[static_cast<std::size_t>(output_ids_[i])], answers[i], outputs[i]);
    return {};
  } catch (const c10::Error& error) {
    underway_.clear();  // nothing may be written to these buffers later
    return failed("inference", error);
  }
}

Status TorchModel::synchronize() {
  if (underway_.empty()) return {};
  try {
    at::detail::getCUDAHooks().deviceSynchronize(place_.device.index());
  } catch (const c10::Error& error) {
    underway_.clear();
    return failed("synchronizing", error);
  }
  for (const Answer& answer : underway_) std::memcpy(answer.buffer, answer.pinned.data_ptr(), answer.pinned.nbytes());
  underway_.clear();
  return {};
}

}  // namespace

Result<std::unique_ptr<Model>> load_session(const diolkos_load_options& options) {
  try {
    const c10::InferenceMode no_gradients;
    auto model = std::make_unique<TorchModel>();
    TRY(model->open(options));
    return std::unique_ptr<Model>(std::move(model));
  } catch (const c10::Error& error) {
    const Status status = failed("loading", error);
    return failure(status.error());
  }
}

}  // namespace diolkos::plugin::libtorch
