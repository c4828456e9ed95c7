// Doubles an int8 NHWC image of 2 x 3 pixels and 4 channels; its buffers are padded to 64 bytes. Reports fp32 whatever
// it was asked for, and fails for a device called "broken".
#include <cstring>

#include "one_image.h"

using namespace diolkos::test_plugins;

struct diolkos_model : OneImage {};

namespace {

const diolkos_device kDevices[] = {{sizeof(diolkos_device), "cpu", "a test's"}, {sizeof(diolkos_device), "broken", ""}};
const diolkos_capability kCapabilities[] = {{sizeof(diolkos_capability), "onnx", "fp32", "cpu"},
                                            {sizeof(diolkos_capability), "onnx", "fp16", "cpu"},
                                            {sizeof(diolkos_capability), "onnx", "fp32", "broken"}};

diolkos_status version(const char** text, diolkos_error*) {
  *text = "1.2.3";
  return DIOLKOS_OK;
}
double tolerance(const char*) { return 0.5; }

diolkos_status load(const diolkos_load_options* options, diolkos_model** model, diolkos_error* error) {
  if (std::strcmp(options->device, "broken") == 0) {
    std::memset(error->message, 'x', sizeof(error->message));  // a message without its end
    return DIOLKOS_FAILED;
  }
  OneImage image = one_image(DIOLKOS_INT8, DIOLKOS_NHWC, {1, 2, 3, 4}, 64);
  image.input.scale = image.output.scale = 0.5f;
  image.input.zero_point = image.output.zero_point = -3;
  *model = new diolkos_model{image};
  return DIOLKOS_OK;
}
void unload(diolkos_model* model) { delete model; }
diolkos_status ports(diolkos_model* model, const diolkos_port** in, int32_t* in_count, const diolkos_port** out,
                     int32_t* out_count, diolkos_error*) {
  return ports_of(*model, in, in_count, out, out_count);
}
diolkos_status actual(diolkos_model*, diolkos_actual* to, diolkos_error*) { return did(*to, "cpu"); }
diolkos_status infer(diolkos_model*, const void* const* inputs, void* const* outputs, diolkos_error*) {
  const auto* from = static_cast<const int8_t*>(inputs[0]);
  auto* to = static_cast<int8_t*>(outputs[0]);
  for (int i = 0; i < 24; ++i) to[i] = static_cast<int8_t>(2 * (from[i] + 3) - 3);
  for (int i = 24; i < 64; ++i) to[i] = 99;  // the padding is the runtime's to write
  return DIOLKOS_OK;
}

}  // namespace

extern "C" DIOLKOS_PLUGIN_EXPORT const diolkos_plugin* diolkos_plugin_entry(uint32_t) {
  static const diolkos_plugin table{sizeof(diolkos_plugin), DIOLKOS_PLUGIN_ABI, "minimal", "9", version,
                                    listed<kDevices>, listed<kCapabilities>, tolerance, load, unload, ports, actual,
                                    infer, nullptr, nullptr, nullptr};
  return &table;
}
