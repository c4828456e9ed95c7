#include "engines/model.h"

#include <cstring>

#include <fmt/format.h>

#include "base/log.h"
#include "diolkos/plugin.h"
#include "engines/contract.h"
#include "engines/port_conversion.h"

namespace diolkos::engines {
namespace {

Result<Port> read_port(const diolkos_port& from, std::string_view what, int index) {
  Port port;
  port.name = from.name != nullptr ? from.name : fmt::format("{} {}", what, index);
  port.dtype = dtype_of(from.dtype);
  port.layout = static_cast<Layout>(from.layout);
  if (from.rank < 0 || from.rank > DIOLKOS_MAX_RANK || port.dtype == DType::undefined)
    return unsupported(
        fmt::format("{} '{}': the runtime gives it rank {} and type {}, which are none of the contract's", what,
                    port.name, from.rank, static_cast<int>(from.dtype)));
  const auto shape = Shape::from(std::span(from.dims, static_cast<std::size_t>(from.rank)));
  if (!shape || !shape->checked_elements())
    return unsupported(
        fmt::format("{} '{}': the runtime leaves its shape open; only fixed shapes run", what, port.name));
  port.shape = *shape;
  port.bytes = from.bytes;
  port.scale = from.scale;
  port.zero_point = from.zero_point;
  const std::size_t needed = static_cast<std::size_t>(shape->elements()) * size_of(port.dtype);
  if (port.bytes < needed)
    return unsupported(fmt::format("{} '{}': the runtime's buffer of {} bytes is shorter than {} {}", what, port.name,
                                   port.bytes, to_string(port.shape), name_of(port.dtype)));
  return port;
}

Result<std::vector<Port>> read_ports(const diolkos_port* ports, std::int32_t count, std::string_view what) {
  std::vector<Port> result;
  for (std::int32_t i = 0; i < count; ++i) {
    TRY_ASSIGN(Port port, read_port(ports[i], what, i));
    result.push_back(std::move(port));
  }
  return result;
}

Result<std::vector<Tensor>> make_tensors(std::span<const Port> ports) {
  std::vector<Tensor> tensors;
  for (const Port& port : ports) {
    TRY_ASSIGN(Tensor tensor, Tensor::zeros(port.dtype, port.shape));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

Status check_tensors(std::span<const Port> ports, std::span<const Tensor> tensors, std::string_view what) {
  if (tensors.size() != ports.size())
    return invalid(count_differs(tensors.size(), what, ports.size()));
  for (std::size_t i = 0; i < ports.size(); ++i)
    if (tensors[i].dtype() != ports[i].dtype || tensors[i].shape() != ports[i].shape)
      return invalid(tensor_differs(ports[i], tensors[i], what));
  return {};
}

// The runtime's own buffers of the ports that a device pads; empty for the others.
std::vector<std::vector<std::byte>> padded_buffers(std::span<const Port> ports) {
  std::vector<std::vector<std::byte>> buffers(ports.size());
  for (std::size_t i = 0; i < ports.size(); ++i)
    if (ports[i].bytes > static_cast<std::size_t>(ports[i].shape.elements()) * size_of(ports[i].dtype))
      buffers[i].resize(ports[i].bytes);
  return buffers;
}

}  // namespace

struct Model::State {
  State(const diolkos_plugin& table, diolkos_model* loaded) : plugin(table), model(loaded) {}
  ~State() { plugin.unload(model); }

  Status read();
  Status point(std::span<const Tensor> given, std::span<Tensor> results);
  void copy_padded_outputs();

  const diolkos_plugin& plugin;
  diolkos_model* model;
  std::vector<Port> inputs, outputs;
  Actual actual;
  std::vector<std::vector<std::byte>> padded_inputs, padded_outputs;
  std::vector<const void*> input_pointers;
  std::vector<void*> output_pointers;
  std::vector<Tensor> results;  // of the run in progress
};

Status Model::State::read() {
  diolkos_error error{};
  const diolkos_port* in = nullptr;
  const diolkos_port* out = nullptr;
  std::int32_t in_count = 0, out_count = 0;
  if (const auto status = plugin.ports(model, &in, &in_count, &out, &out_count, &error); status != DIOLKOS_OK)
    return failure(error_of(plugin, status, error));
  TRY_ASSIGN(inputs, read_ports(in, in_count, "input"));
  TRY_ASSIGN(outputs, read_ports(out, out_count, "output"));
  diolkos_actual did{};
  did.struct_size = sizeof(did);
  if (const auto status = plugin.actual(model, &did, &error); status != DIOLKOS_OK)
    return failure(error_of(plugin, status, error));
  actual = {text_of(did.precision), text_of(did.device), did.threads, text_of(did.fallback)};
  if (did.note != nullptr) log::warning(fmt::format("{}: {}", text_of(plugin.name), did.note));
  padded_inputs = padded_buffers(inputs);
  padded_outputs = padded_buffers(outputs);
  input_pointers.resize(inputs.size());
  output_pointers.resize(outputs.size());
  return {};
}

Status Model::State::point(std::span<const Tensor> given, std::span<Tensor> answers) {
  TRY(check_tensors(inputs, given, "input"));
  TRY(check_tensors(outputs, answers, "output"));
  for (std::size_t i = 0; i < given.size(); ++i) {
    input_pointers[i] = given[i].data();
    if (padded_inputs[i].empty()) continue;
    std::memcpy(padded_inputs[i].data(), given[i].data(), given[i].bytes());
    input_pointers[i] = padded_inputs[i].data();
  }
  results.assign(answers.begin(), answers.end());
  for (std::size_t i = 0; i < results.size(); ++i) {
    output_pointers[i] = padded_outputs[i].empty() ? results[i].mutable_data() : padded_outputs[i].data();
    if (results[i].mutable_data() == nullptr)
      return invalid(fmt::format("output '{}': its tensor may not be written", outputs[i].name));
  }
  return {};
}

void Model::State::copy_padded_outputs() {
  for (std::size_t i = 0; i < results.size(); ++i)
    if (!padded_outputs[i].empty())
      std::memcpy(results[i].mutable_data(), padded_outputs[i].data(), results[i].bytes());
  results.clear();
}

Model::Model(std::unique_ptr<State> state) : state_(std::move(state)) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

Result<Model> Model::take(const diolkos_plugin& plugin, diolkos_model* model) {
  auto state = std::make_unique<State>(plugin, model);
  TRY(state->read());
  return Model(std::move(state));
}

std::span<const Port> Model::inputs() const { return state_->inputs; }
std::span<const Port> Model::outputs() const { return state_->outputs; }
const Actual& Model::actual() const { return state_->actual; }
Result<std::vector<Tensor>> Model::make_inputs() const { return make_tensors(state_->inputs); }
Result<std::vector<Tensor>> Model::make_outputs() const { return make_tensors(state_->outputs); }

Status Model::run(std::span<const Tensor> inputs, std::span<Tensor> outputs) {
  TRY(state_->point(inputs, outputs));
  diolkos_error error{};
  const auto status =
      state_->plugin.infer(state_->model, state_->input_pointers.data(), state_->output_pointers.data(), &error);
  if (status != DIOLKOS_OK) return failure(error_of(state_->plugin, status, error));
  state_->copy_padded_outputs();
  return {};
}

bool Model::asynchronous() const { return state_->plugin.submit != nullptr && state_->plugin.synchronize != nullptr; }

Status Model::submit(std::span<const Tensor> inputs, std::span<Tensor> outputs) {
  if (!asynchronous())
    return unsupported(fmt::format("{} works in the caller's thread only: there is no submit", state_->plugin.name));
  TRY(state_->point(inputs, outputs));
  diolkos_error error{};
  const auto status =
      state_->plugin.submit(state_->model, state_->input_pointers.data(), state_->output_pointers.data(), &error);
  if (status != DIOLKOS_OK) return failure(error_of(state_->plugin, status, error));
  return {};
}

Status Model::synchronize() {
  if (!asynchronous()) return {};
  diolkos_error error{};
  if (const auto status = state_->plugin.synchronize(state_->model, &error); status != DIOLKOS_OK)
    return failure(error_of(state_->plugin, status, error));
  state_->copy_padded_outputs();
  return {};
}

std::optional<double> Model::device_ms() const {
  const diolkos_plugin& plugin = state_->plugin;
  if (plugin.struct_size < sizeof(diolkos_plugin) || plugin.device_time == nullptr) return std::nullopt;
  diolkos_error error{};
  double milliseconds = 0;
  if (plugin.device_time(state_->model, &milliseconds, &error) != DIOLKOS_OK) return std::nullopt;
  return milliseconds;
}

}  // namespace diolkos::engines
