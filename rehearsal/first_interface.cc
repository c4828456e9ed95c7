// NeuronRuntime_* of the rehearsal board: a runtime is made, loads a file, is told its buffers and runs. As with
// NeuroPilot 6's, the numbers of inputs and outputs cannot be asked for.
#include "queries.h"

namespace {

using namespace diolkos::rehearsal;

struct Attribute {
  std::int32_t descriptor;
};

struct Runtime {
  std::unique_ptr<Device> device;
  Profile profile;
  std::vector<Buffer> inputs, outputs;
  std::vector<std::vector<char>> latched;
};

Device* device_of(void* runtime) { return runtime != nullptr ? static_cast<Runtime*>(runtime)->device.get() : nullptr; }

int set_buffer(const std::vector<Port>& ports, std::vector<Buffer>& buffers, std::uint64_t index,
               const Buffer& buffer) {
  if (index >= ports.size()) return kBadData;
  if (const int code = check_buffer(ports[index], buffer); code != kNoError) return code;
  buffers[index] = buffer;
  return kNoError;
}

bool all_set(const std::vector<Buffer>& buffers) {
  return std::ranges::none_of(buffers, [](const Buffer& one) { return one.memory == nullptr; });
}

// The contents of the first run's inputs, in place of the buffers that were set.
std::vector<Buffer> latched_inputs(Runtime& runtime) {
  for (std::size_t i = runtime.latched.size(); i < runtime.inputs.size(); ++i)
    runtime.latched.emplace_back(runtime.inputs[i].memory, runtime.inputs[i].memory + runtime.inputs[i].bytes);
  std::vector<Buffer> buffers;
  for (std::vector<char>& one : runtime.latched) buffers.push_back({one.data(), one.size()});
  return buffers;
}

}  // namespace

DIOLKOS_REHEARSE void diolkos_rehearsal_board() {}  // no board has it: figures taken here are no board's

DIOLKOS_REHEARSE int NeuronRuntime_getVersion(unsigned char* version) {
  if (version == nullptr) return kUnexpectedNull;
  version[0] = major_version();
  version[1] = 3;
  version[2] = 3;
  return kNoError;
}

DIOLKOS_REHEARSE int NeuronRuntime_create(const void* environment, void** to) {
  if (environment == nullptr || to == nullptr) return kUnexpectedNull;
  *to = new Runtime;
  return kNoError;
}

DIOLKOS_REHEARSE void NeuronRuntime_release(void* runtime) { delete static_cast<Runtime*>(runtime); }

DIOLKOS_REHEARSE int NeuronRuntime_loadNetworkFromFile(void* handle, const char* path) {
  if (handle == nullptr) return kUnexpectedNull;
  Runtime& runtime = *static_cast<Runtime*>(handle);
  if (const int code = Device::start(path, runtime.device); code != kNoError) return code;
  runtime.inputs.assign(runtime.device->inputs().size(), {});
  runtime.outputs.assign(runtime.device->outputs().size(), {});
  runtime.latched.clear();
  return kNoError;
}

DIOLKOS_REHEARSE int NeuronRuntime_setInput(void* handle, std::uint64_t index, const void* memory, std::size_t bytes,
                                            Attribute) {
  if (device_of(handle) == nullptr) return kBadState;
  Runtime& runtime = *static_cast<Runtime*>(handle);
  return set_buffer(runtime.device->inputs(), runtime.inputs, index,
                    {static_cast<char*>(const_cast<void*>(memory)), bytes});  // only read
}

DIOLKOS_REHEARSE int NeuronRuntime_setOutput(void* handle, std::uint64_t index, void* memory, std::size_t bytes,
                                             Attribute) {
  if (device_of(handle) == nullptr) return kBadState;
  Runtime& runtime = *static_cast<Runtime*>(handle);
  return set_buffer(runtime.device->outputs(), runtime.outputs, index, {static_cast<char*>(memory), bytes});
}

DIOLKOS_REHEARSE_QUERIES(NeuronRuntime)

DIOLKOS_REHEARSE int NeuronRuntime_setQoSOption(void* runtime, const QosOptions* options) {
  return set_qos(device_of(runtime), options);
}

DIOLKOS_REHEARSE int NeuronRuntime_getProfiledQoSData(void* runtime, ProfiledQos** to, std::uint8_t* boost) {
  if (runtime == nullptr) return kUnexpectedNull;
  return profiled_qos(device_of(runtime), static_cast<Runtime*>(runtime)->profile, to, boost);
}

DIOLKOS_REHEARSE int NeuronRuntime_inference(void* handle) {
  if (device_of(handle) == nullptr) return kBadState;
  Runtime& runtime = *static_cast<Runtime*>(handle);
  if (!all_set(runtime.inputs) || !all_set(runtime.outputs)) return kIncomplete;
  return runtime.device->run(has("latch") ? latched_inputs(runtime) : runtime.inputs, runtime.outputs);
}
