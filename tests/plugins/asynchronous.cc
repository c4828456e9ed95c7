// A runtime that works apart from its caller: an image of 1x3x16x16 comes back, doubled, 20 ms after it was queued. On
// the device "forgetful" infer returns at once as well, as a binding does that forgets to synchronise.
#include <chrono>
#include <cstring>
#include <limits>
#include <string>
#include <thread>

#include "diolkos/plugin.h"

namespace {
constexpr int kElements = 3 * 16 * 16;
}

struct diolkos_model {
  diolkos_port input, output;
  bool forgetful = false;
  std::thread worker;
};

namespace {

const diolkos_device kDevices[] = {{sizeof(diolkos_device), "apart", "a thread"}, {sizeof(diolkos_device), "forgetful", ""}};
const diolkos_capability kCapabilities[] = {{sizeof(diolkos_capability), "onnx", "fp32", "apart"},
                                            {sizeof(diolkos_capability), "onnx", "fp32", "forgetful"}};

diolkos_status version(const char** text, diolkos_error*) {
  *text = "1";
  return DIOLKOS_OK;
}
diolkos_status devices(const diolkos_device** list, int32_t* count, diolkos_error*) {
  *list = kDevices;
  *count = 2;
  return DIOLKOS_OK;
}
diolkos_status capabilities(const diolkos_capability** list, int32_t* count, diolkos_error*) {
  *list = kCapabilities;
  *count = 2;
  return DIOLKOS_OK;
}
double tolerance(const char*) { return std::numeric_limits<double>::infinity(); }  // it computes no network

diolkos_status load(const diolkos_load_options* options, diolkos_model** model, diolkos_error*) {
  diolkos_port port{};
  port.struct_size = sizeof(port);
  port.name = "image";
  port.dtype = DIOLKOS_FLOAT32;
  port.layout = DIOLKOS_NCHW;
  port.rank = 4;
  const int64_t dims[] = {1, 3, 16, 16};
  std::memcpy(port.dims, dims, sizeof(dims));
  port.bytes = kElements * sizeof(float);
  *model = new diolkos_model{port, port, std::string(options->device) == "forgetful", {}};
  (*model)->output.name = "doubled";
  return DIOLKOS_OK;
}
diolkos_status synchronize(diolkos_model* model, diolkos_error*) {
  if (model->worker.joinable()) model->worker.join();
  return DIOLKOS_OK;
}
void unload(diolkos_model* model) {
  synchronize(model, nullptr);
  delete model;
}
diolkos_status ports(diolkos_model* model, const diolkos_port** in, int32_t* in_count, const diolkos_port** out,
                     int32_t* out_count, diolkos_error*) {
  *in = &model->input;
  *out = &model->output;
  *in_count = *out_count = 1;
  return DIOLKOS_OK;
}
diolkos_status actual(diolkos_model* model, diolkos_actual* did, diolkos_error*) {
  did->precision = "fp32";
  did->device = model->forgetful ? "forgetful" : "apart";
  did->threads = 1;
  did->fallback = nullptr;
  return DIOLKOS_OK;
}
diolkos_status submit(diolkos_model* model, const void* const* inputs, void* const* outputs, diolkos_error* error) {
  synchronize(model, error);
  const auto* from = static_cast<const float*>(inputs[0]);
  auto* to = static_cast<float*>(outputs[0]);
  model->worker = std::thread([from, to] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (int i = 0; i < kElements; ++i) to[i] = 2 * from[i];
  });
  return DIOLKOS_OK;
}
diolkos_status infer(diolkos_model* model, const void* const* inputs, void* const* outputs, diolkos_error* error) {
  submit(model, inputs, outputs, error);
  return model->forgetful ? DIOLKOS_OK : synchronize(model, error);
}

}  // namespace

extern "C" DIOLKOS_PLUGIN_EXPORT const diolkos_plugin* diolkos_plugin_entry(uint32_t) {
  static const diolkos_plugin table{sizeof(diolkos_plugin), DIOLKOS_PLUGIN_ABI, "asynchronous", "1", version, devices,
                                    capabilities, tolerance, load, unload, ports, actual, infer, submit, synchronize, nullptr};
  return &table;
}
