// A runtime that works apart from its caller: an image of 1x3x16x16 comes back, doubled, 20 ms after it was queued. On
// the device "forgetful" infer returns at once as well, as a binding does that forgets to synchronise.
#include <chrono>
#include <limits>
#include <string>
#include <thread>

#include "one_image.h"

using namespace diolkos::test_plugins;

struct diolkos_model : OneImage {
  bool forgetful = false;
  std::thread worker;
};

namespace {

constexpr int kElements = 3 * 16 * 16;
const diolkos_device kDevices[] = {{sizeof(diolkos_device), "apart", "a thread"},
                                   {sizeof(diolkos_device), "forgetful", ""}};
const diolkos_capability kCapabilities[] = {{sizeof(diolkos_capability), "onnx", "fp32", "apart"},
                                            {sizeof(diolkos_capability), "onnx", "fp32", "forgetful"}};

diolkos_status version(const char** text, diolkos_error*) {
  *text = "1";
  return DIOLKOS_OK;
}
double tolerance(const char*) { return std::numeric_limits<double>::infinity(); }  // it computes no network

diolkos_status load(const diolkos_load_options* options, diolkos_model** model, diolkos_error*) {
  const OneImage image = one_image(DIOLKOS_FLOAT32, DIOLKOS_NCHW, {1, 3, 16, 16}, kElements * sizeof(float));
  *model = new diolkos_model{image, std::string(options->device) == "forgetful", {}};
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
  return ports_of(*model, in, in_count, out, out_count);
}
diolkos_status actual(diolkos_model* model, diolkos_actual* to, diolkos_error*) {
  return did(*to, model->forgetful ? "forgetful" : "apart");
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
  static const diolkos_plugin table{sizeof(diolkos_plugin), DIOLKOS_PLUGIN_ABI, "asynchronous", "1", version,
                                    listed<kDevices>, listed<kCapabilities>, tolerance, load, unload, ports, actual,
                                    infer, submit, synchronize, nullptr};
  return &table;
}
