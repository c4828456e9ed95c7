// Doubles an int8 NHWC image of 2 x 3 pixels and 4 channels; its buffers are padded to 64 bytes. Reports fp32 whatever it
// was asked for, and fails for a device called "broken".
#include <cstring>

#include "diolkos/plugin.h"

struct diolkos_model {
  diolkos_port input, output;
};

namespace {

constexpr const char* kFormats[] = {"onnx"};
const diolkos_device kDevices[] = {{sizeof(diolkos_device), "cpu", "a test's"}, {sizeof(diolkos_device), "broken", ""}};
const diolkos_capability kCapabilities[] = {{sizeof(diolkos_capability), kFormats[0], "fp32", "cpu"},
                                            {sizeof(diolkos_capability), kFormats[0], "fp16", "cpu"},
                                            {sizeof(diolkos_capability), kFormats[0], "fp32", "broken"}};

diolkos_status version(const char** text, diolkos_error*) {
  *text = "1.2.3";
  return DIOLKOS_OK;
}
diolkos_status devices(const diolkos_device** list, int32_t* count, diolkos_error*) {
  *list = kDevices;
  *count = 2;
  return DIOLKOS_OK;
}
diolkos_status capabilities(const diolkos_capability** list, int32_t* count, diolkos_error*) {
  *list = kCapabilities;
  *count = 3;
  return DIOLKOS_OK;
}
double tolerance(const char*) { return 0.5; }

diolkos_status load(const diolkos_load_options* options, diolkos_model** model, diolkos_error* error) {
  if (std::strcmp(options->device, "broken") == 0) {
    std::memset(error->message, 'x', sizeof(error->message));  // a message without its end
    return DIOLKOS_FAILED;
  }
  diolkos_port port{};
  port.struct_size = sizeof(port);
  port.name = "image";
  port.dtype = DIOLKOS_INT8;
  port.layout = DIOLKOS_NHWC;
  port.rank = 4;
  port.dims[0] = 1;
  port.dims[1] = 2;
  port.dims[2] = 3;
  port.dims[3] = 4;
  port.bytes = 64;
  port.scale = 0.5f;
  port.zero_point = -3;
  *model = new diolkos_model{port, port};
  (*model)->output.name = "doubled";
  return DIOLKOS_OK;
}
void unload(diolkos_model* model) { delete model; }
diolkos_status ports(diolkos_model* model, const diolkos_port** in, int32_t* in_count, const diolkos_port** out,
                     int32_t* out_count, diolkos_error*) {
  *in = &model->input;
  *out = &model->output;
  *in_count = *out_count = 1;
  return DIOLKOS_OK;
}
diolkos_status actual(diolkos_model*, diolkos_actual* did, diolkos_error*) {
  did->precision = "fp32";
  did->device = "cpu";
  did->threads = 1;
  did->fallback = nullptr;
  return DIOLKOS_OK;
}
diolkos_status infer(diolkos_model*, const void* const* inputs, void* const* outputs, diolkos_error*) {
  const auto* from = static_cast<const int8_t*>(inputs[0]);
  auto* to = static_cast<int8_t*>(outputs[0]);
  for (int i = 0; i < 24; ++i) to[i] = static_cast<int8_t>(2 * (from[i] + 3) - 3);
  for (int i = 24; i < 64; ++i) to[i] = 99;  // the padding is the runtime's to write
  return DIOLKOS_OK;
}

}  // namespace

extern "C" DIOLKOS_PLUGIN_EXPORT const diolkos_plugin* diolkos_plugin_entry(uint32_t) {
  static const diolkos_plugin table{sizeof(diolkos_plugin), DIOLKOS_PLUGIN_ABI, "minimal", "9", version, devices,
                                    capabilities, tolerance, load, unload, ports, actual, infer, nullptr, nullptr, nullptr};
  return &table;
}
