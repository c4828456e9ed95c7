// libneuronusdk_runtime.mtk.so of the rehearsal board: the second interface's functions over a device process, with the
// real one's error codes. $DIOLKOS_REHEARSAL_ODDITIES, separated by commas, turns on what real ones were seen to do:
//   pad         padded sizes are larger than sizes, and shorter buffers are refused
//   major8      the runtime is of major version 8: another layout of buffers, and DLA files of 6 are BAD_DATA
//   latch       the first input's contents are used for ever
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "container.h"

extern char** environ;

namespace {

enum Code { kNoError = 0, kOutOfMemory = 1, kIncomplete = 2, kUnexpectedNull = 3, kBadData = 4, kBadState = 5, kRuntimeError = 6 };

constexpr std::size_t kPadding = 64;

bool has(const char* oddity) {
  const char* set = std::getenv("DIOLKOS_REHEARSAL_ODDITIES");
  std::istringstream list(set != nullptr ? set : "");
  for (std::string word; std::getline(list, word, ',');)
    if (word == oddity) return true;
  return false;
}

unsigned char major_version() { return has("major8") ? 8 : diolkos::rehearsal::kMajor; }

struct Port {
  std::size_t bytes = 0;
  std::vector<std::uint32_t> dims;
  std::size_t padded() const { return has("pad") ? (bytes / kPadding + 1) * kPadding : bytes; }
};

struct Device {
  pid_t process = -1;
  int to = -1, from = -1;
  std::vector<Port> inputs, outputs;
  std::vector<std::vector<char>> latched;
  ~Device() {
    if (to >= 0) ::close(to);
    if (from >= 0) ::close(from);
    if (process > 0) ::waitpid(process, nullptr, 0);
  }
};

std::string device_program() {
  if (const char* given = std::getenv("DIOLKOS_REHEARSAL_DEVICE"); given != nullptr) return given;
  Dl_info here{};
  ::dladdr(reinterpret_cast<void*>(&device_program), &here);
  const std::string path = here.dli_fname != nullptr ? here.dli_fname : "";
  return path.substr(0, path.rfind('/') + 1) + "diolkos-rehearsal-device";
}

bool transfer(int descriptor, char* data, std::size_t size, bool writing) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t count = writing ? ::write(descriptor, data + done, size - done) : ::read(descriptor, data + done, size - done);
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

bool start(Device& device, const char* path) {
  std::array<int, 2> in{}, out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) return false;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  std::string program = device_program(), file = path;
  std::array<char*, 3> arguments{program.data(), file.data(), nullptr};
  const int error = ::posix_spawn(&device.process, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  device.to = in[1];
  device.from = out[0];
  return error == 0;
}

// The device's description of itself, up to "ready".
bool read_ports(Device& device) {
  std::string line;
  for (char letter = 0; transfer(device.from, &letter, 1, false);) {
    if (letter != '\n') {
      line += letter;
      continue;
    }
    if (line == "ready") return true;
    std::istringstream words(line);
    std::string side;
    Port port;
    words >> side >> port.bytes;
    if (side != "input" && side != "output") return false;
    for (std::uint32_t dim = 0; words >> dim;) port.dims.push_back(dim);
    (side == "input" ? device.inputs : device.outputs).push_back(port);
    line.clear();
  }
  return false;
}

// 0, or BAD_DATA for a file of another board or another compiler's major version.
int check_file(const char* path) {
  std::ifstream stream(path, std::ios::binary);
  std::string start(diolkos::rehearsal::kMagic.size() + 1, '\0');
  stream.read(start.data(), static_cast<std::streamsize>(start.size()));
  if (!stream || !start.starts_with(diolkos::rehearsal::kMagic)) return kBadData;
  return static_cast<unsigned char>(start.back()) == major_version() ? kNoError : kBadData;
}

struct Buffer {
  char* memory;
  std::size_t bytes;
};

// The index-th of an array of buffers; 48 bytes each up to major version 6, 40 later.
Buffer buffer_at(const void* array, std::size_t index) {
  const std::size_t stride = major_version() <= 6 ? 48 : 40;
  Buffer buffer{};
  std::memcpy(&buffer, static_cast<const char*>(array) + index * stride, sizeof(buffer));
  return buffer;
}

int check_buffers(const std::vector<Port>& ports, const void* array) {
  if (array == nullptr) return kUnexpectedNull;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Buffer buffer = buffer_at(array, i);
    if (buffer.memory == nullptr) return kUnexpectedNull;
    if (buffer.bytes < ports[i].padded()) return kBadData;
  }
  return kNoError;
}

struct Request {
  void* inputs;
  void* outputs;
};

template <class Value>
int ask(void* runtime, bool input, std::uint64_t index, Value (*value)(const Port&), Value* to) {
  if (runtime == nullptr || to == nullptr) return kUnexpectedNull;
  const auto& device = *static_cast<Device*>(runtime);
  const auto& ports = input ? device.inputs : device.outputs;
  if (index >= ports.size()) return kBadData;
  *to = value(ports[index]);
  return kNoError;
}

std::size_t plain(const Port& port) { return port.bytes; }
std::size_t padded(const Port& port) { return port.padded(); }

}  // namespace

#define DIOLKOS_REHEARSE extern "C" __attribute__((visibility("default")))

DIOLKOS_REHEARSE void diolkos_rehearsal_board() {}  // no board has it: figures taken here are no board's

DIOLKOS_REHEARSE int NeuronRuntime_getVersion(unsigned char* version) {
  if (version == nullptr) return kUnexpectedNull;
  version[0] = major_version();
  version[1] = 3;
  version[2] = 3;
  return kNoError;
}

DIOLKOS_REHEARSE int NeuronRuntimeV2_create(const char* path, std::size_t, void** runtime, std::size_t) {
  if (path == nullptr || runtime == nullptr) return kUnexpectedNull;
  if (const int code = check_file(path); code != kNoError) return code;
  ::signal(SIGPIPE, SIG_IGN);
  auto device = std::make_unique<Device>();
  if (!start(*device, path)) return kRuntimeError;
  if (!read_ports(*device)) return kBadData;
  *runtime = device.release();
  return kNoError;
}

DIOLKOS_REHEARSE void NeuronRuntimeV2_release(void* runtime) { delete static_cast<Device*>(runtime); }

DIOLKOS_REHEARSE int NeuronRuntimeV2_getInputNumber(void* runtime, std::size_t* count) {
  if (runtime == nullptr || count == nullptr) return kUnexpectedNull;
  *count = static_cast<Device*>(runtime)->inputs.size();
  return kNoError;
}

DIOLKOS_REHEARSE int NeuronRuntimeV2_getOutputNumber(void* runtime, std::size_t* count) {
  if (runtime == nullptr || count == nullptr) return kUnexpectedNull;
  *count = static_cast<Device*>(runtime)->outputs.size();
  return kNoError;
}

DIOLKOS_REHEARSE int NeuronRuntimeV2_getInputSize(void* runtime, std::uint64_t index, std::size_t* size) {
  return ask(runtime, true, index, plain, size);
}
DIOLKOS_REHEARSE int NeuronRuntimeV2_getOutputSize(void* runtime, std::uint64_t index, std::size_t* size) {
  return ask(runtime, false, index, plain, size);
}
DIOLKOS_REHEARSE int NeuronRuntimeV2_getInputPaddedSize(void* runtime, std::uint64_t index, std::size_t* size) {
  return ask(runtime, true, index, padded, size);
}
DIOLKOS_REHEARSE int NeuronRuntimeV2_getOutputPaddedSize(void* runtime, std::uint64_t index, std::size_t* size) {
  return ask(runtime, false, index, padded, size);
}

DIOLKOS_REHEARSE int NeuronRuntimeV2_setQoSOption(void* runtime, const void* options) {
  return runtime == nullptr || options == nullptr ? kUnexpectedNull : kNoError;
}

DIOLKOS_REHEARSE int NeuronRuntimeV2_run(void* runtime, Request request) {
  if (runtime == nullptr) return kUnexpectedNull;
  Device& device = *static_cast<Device*>(runtime);
  if (const int code = check_buffers(device.inputs, request.inputs); code != kNoError) return code;
  if (const int code = check_buffers(device.outputs, request.outputs); code != kNoError) return code;
  const bool first = device.latched.empty();
  for (std::size_t i = 0; i < device.inputs.size(); ++i) {
    const Buffer buffer = buffer_at(request.inputs, i);
    if (first) device.latched.emplace_back(buffer.memory, buffer.memory + device.inputs[i].bytes);
    char* data = has("latch") ? device.latched[i].data() : buffer.memory;
    if (!transfer(device.to, data, device.inputs[i].bytes, true)) return kRuntimeError;
  }
  for (std::size_t i = 0; i < device.outputs.size(); ++i)
    if (!transfer(device.from, buffer_at(request.outputs, i).memory, device.outputs[i].bytes, false)) return kRuntimeError;
  return kNoError;
}
