// NeuronRuntimeV2_* of the rehearsal board: a runtime is a loaded file, a request brings its buffers.
#include <cstring>

#include "queries.h"

namespace {

using namespace diolkos::rehearsal;

struct Runtime {
  std::unique_ptr<Device> device;
  Profile profile;
  std::vector<Buffer> latched;
};

Device* device_of(void* runtime) { return runtime != nullptr ? static_cast<Runtime*>(runtime)->device.get() : nullptr; }

// An array of descriptors, of which only memory and size are looked at; 48 bytes each up to major version 6, 40 later.
std::vector<Buffer> buffers_at(const void* array, std::size_t count) {
  const std::size_t stride = major_version() <= 6 ? 48 : 40;
  std::vector<Buffer> buffers(count);
  for (std::size_t i = 0; i < count; ++i)
    std::memcpy(&buffers[i], static_cast<const char*>(array) + i * stride, sizeof(Buffer));
  return buffers;
}

struct Request {
  void* inputs;
  void* outputs;
};

}  // namespace

DIOLKOS_REHEARSE int NeuronRuntimeV2_create(const char* path, std::size_t, void** to, std::size_t) {
  if (path == nullptr || to == nullptr) return kUnexpectedNull;
  auto runtime = std::make_unique<Runtime>();
  if (const int code = Device::start(path, runtime->device); code != kNoError) return code;
  *to = runtime.release();
  return kNoError;
}

DIOLKOS_REHEARSE void NeuronRuntimeV2_release(void* runtime) { delete static_cast<Runtime*>(runtime); }

DIOLKOS_REHEARSE int NeuronRuntimeV2_getInputNumber(void* runtime, std::size_t* to) {
  return count(device_of(runtime), Side::input, to);
}
DIOLKOS_REHEARSE int NeuronRuntimeV2_getOutputNumber(void* runtime, std::size_t* to) {
  return count(device_of(runtime), Side::output, to);
}
DIOLKOS_REHEARSE_QUERIES(NeuronRuntimeV2)

DIOLKOS_REHEARSE int NeuronRuntimeV2_setQoSOption(void* runtime, const QosOptions* options) {
  return set_qos(device_of(runtime), options);
}

DIOLKOS_REHEARSE int NeuronRuntimeV2_getProfiledQoSData(void* runtime, ProfiledQos** to, std::uint8_t* boost) {
  if (runtime == nullptr) return kUnexpectedNull;
  return profiled_qos(device_of(runtime), static_cast<Runtime*>(runtime)->profile, to, boost);
}

DIOLKOS_REHEARSE int NeuronRuntimeV2_run(void* handle, Request request) {
  if (handle == nullptr || request.inputs == nullptr || request.outputs == nullptr) return kUnexpectedNull;
  Runtime& runtime = *static_cast<Runtime*>(handle);
  std::vector<Buffer> inputs = buffers_at(request.inputs, runtime.device->inputs().size());
  if (runtime.latched.empty()) runtime.latched = inputs;
  if (has("latch")) inputs = runtime.latched;
  return runtime.device->run(inputs, buffers_at(request.outputs, runtime.device->outputs().size()));
}
