#include "engines/native_plugin.h"

#include <cstring>
#include <new>

#include <fmt/format.h>

#include "base/thread_pool.h"
#include "engines/contract.h"
#include "formats/onnx/onnx_file.h"

struct diolkos_model {
  std::unique_ptr<diolkos::runtime::Session> session;
  std::vector<diolkos_port> inputs, outputs;
};

namespace diolkos::engines {
namespace {

constexpr diolkos_device kCpu{sizeof(diolkos_device), "cpu", "this machine's CPU"};
constexpr diolkos_capability kCapability{sizeof(diolkos_capability), "onnx", "fp32", "cpu"};
// Winograd's transforms; without it 1e-5.
constexpr double kTolerance = 1e-4;

Result<diolkos_model*> load_model(const diolkos_load_options& options) {
  if (std::strcmp(options.precision, "fp32") != 0 || std::strcmp(options.device, "cpu") != 0)
    return unsupported(fmt::format("got {} on {}, expected fp32 on cpu", options.precision, options.device));
  const auto bytes = std::span(static_cast<const std::byte*>(options.bytes), options.size);
  TRY_ASSIGN(graph::Graph graph,
             options.path != nullptr ? formats::read_onnx(options.path) : formats::read_onnx(bytes));
  runtime::SessionOptions session_options;
  session_options.threads = options.threads;
  return load_native_model(std::move(graph), session_options);
}

std::vector<Tensor> tensors_over(std::span<const runtime::Port> ports, void* const* buffers) {
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::shared_ptr<std::byte> borrowed(std::shared_ptr<void>(), static_cast<std::byte*>(buffers[i]));
    tensors.push_back(Tensor::mutable_view(ports[i].dtype, ports[i].shape, borrowed));
  }
  return tensors;
}

diolkos_status version(const char** text, diolkos_error*) {
  *text = DIOLKOS_VERSION;
  return DIOLKOS_OK;
}

diolkos_status devices(const diolkos_device** list, std::int32_t* count, diolkos_error*) {
  *list = &kCpu;
  *count = 1;
  return DIOLKOS_OK;
}

diolkos_status capabilities(const diolkos_capability** list, std::int32_t* count, diolkos_error*) {
  *list = &kCapability;
  *count = 1;
  return DIOLKOS_OK;
}

double tolerance(const char*) { return kTolerance; }

diolkos_status load(const diolkos_load_options* options, diolkos_model** model, diolkos_error* error) {
  try {
    const Result<diolkos_model*> loaded = load_model(*options);
    if (!loaded) return to_contract(loaded.error(), *error);
    *model = *loaded;
    return DIOLKOS_OK;
  } catch (const std::bad_alloc&) {
    return to_contract({ErrorCode::io, "out of memory"}, *error);
  }
}

void unload(diolkos_model* model) { delete model; }

diolkos_status ports(diolkos_model* model, const diolkos_port** inputs, std::int32_t* input_count,
                     const diolkos_port** outputs, std::int32_t* output_count, diolkos_error*) {
  *inputs = model->inputs.data();
  *input_count = static_cast<std::int32_t>(model->inputs.size());
  *outputs = model->outputs.data();
  *output_count = static_cast<std::int32_t>(model->outputs.size());
  return DIOLKOS_OK;
}

diolkos_status actual(diolkos_model* model, diolkos_actual* did, diolkos_error*) {
  did->precision = "fp32";
  did->device = "cpu";
  did->threads = model->session->threads();
  did->fallback = nullptr;
  return DIOLKOS_OK;
}

diolkos_status infer(diolkos_model* model, const void* const* inputs, void* const* outputs, diolkos_error* error) {
  runtime::Session& session = *model->session;
  // Inputs are only read.
  const std::vector<Tensor> given = tensors_over(session.inputs(), const_cast<void* const*>(inputs));
  std::vector<Tensor> answers = tensors_over(session.outputs(), outputs);
  const Status status = session.run(given, answers);
  return status ? DIOLKOS_OK : to_contract(status.error(), *error);
}

constexpr diolkos_plugin kPlugin{
    sizeof(diolkos_plugin), DIOLKOS_PLUGIN_ABI, "native", DIOLKOS_VERSION, version, devices, capabilities, tolerance,
    load,                   unload,             ports,    actual,          infer,   nullptr, nullptr,      nullptr};

}  // namespace

const diolkos_plugin& native_plugin() { return kPlugin; }

Result<diolkos_model*> load_native_model(graph::Graph graph, const runtime::SessionOptions& options) {
  auto model = std::make_unique<diolkos_model>();
  TRY_ASSIGN(model->session, runtime::Session::create(std::move(graph), options));
  TRY_ASSIGN(model->inputs, contract_ports_of(model->session->inputs()));
  TRY_ASSIGN(model->outputs, contract_ports_of(model->session->outputs()));
  return model.release();
}

}  // namespace diolkos::engines
