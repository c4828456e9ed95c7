#include "device_process.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace diolkos::rehearsal {
namespace {

constexpr std::size_t kPadding = 64;
constexpr std::size_t kShort = 16;

// Beside this library, or in the folder above: that of the one with both interfaces.
std::string device_program() {
  if (const char* given = std::getenv("DIOLKOS_REHEARSAL_DEVICE"); given != nullptr) return given;
  Dl_info here{};
  ::dladdr(reinterpret_cast<void*>(&device_program), &here);
  const std::string path = here.dli_fname != nullptr ? here.dli_fname : "";
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  const std::string beside = folder + "diolkos-rehearsal-device";
  return ::access(beside.c_str(), X_OK) == 0 ? beside : folder + "../diolkos-rehearsal-device";
}

bool transfer(int descriptor, char* data, std::size_t size, bool writing) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t count =
        writing ? ::write(descriptor, data + done, size - done) : ::read(descriptor, data + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

// 0, or BAD_DATA for a file of another board or another compiler's major version.
int check_file(const char* path) {
  std::ifstream stream(path, std::ios::binary);
  std::string start(kMagic.size() + 1, '\0');
  stream.read(start.data(), static_cast<std::streamsize>(start.size()));
  if (!stream || !start.starts_with(kMagic)) return kBadData;
  return static_cast<unsigned char>(start.back()) == major_version() ? kNoError : kBadData;
}

int check_buffers(const std::vector<Port>& ports, const std::vector<Buffer>& buffers) {
  for (std::size_t i = 0; i < ports.size(); ++i)
    if (const int code = check_buffer(ports[i], buffers[i]); code != kNoError) return code;
  return kNoError;
}

}  // namespace

bool has(const char* oddity) {
  const char* set = std::getenv("DIOLKOS_REHEARSAL_ODDITIES");
  std::istringstream list(set != nullptr ? set : "");
  for (std::string word; std::getline(list, word, ',');)
    if (word == oddity) return true;
  return false;
}

unsigned char major_version() { return has("major8") ? 8 : kMajor; }

std::size_t Port::told() const { return has("short") && bytes > kShort ? bytes - kShort : bytes; }
std::size_t Port::padded() const { return has("pad") ? (bytes / kPadding + 1) * kPadding : told(); }

int check_buffer(const Port& port, const Buffer& buffer) {
  if (buffer.memory == nullptr) return kUnexpectedNull;
  return buffer.bytes < port.padded() ? kBadData : kNoError;
}

int Device::start(const char* path, std::unique_ptr<Device>& device) {
  if (path == nullptr) return kUnexpectedNull;
  if (const int code = check_file(path); code != kNoError) return code;
  ::signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<Device> started(new Device);
  if (!started->spawn(path)) return kRuntimeError;
  if (!started->read_ports()) return kBadData;
  device = std::move(started);
  return kNoError;
}

Device::~Device() {
  if (to_ >= 0) ::close(to_);
  if (from_ >= 0) ::close(from_);
  if (process_ > 0) ::waitpid(process_, nullptr, 0);
}

bool Device::spawn(const char* path) {
  std::array<int, 2> in{}, out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0) return false;
  to_ = in[1];
  if (::pipe2(out.data(), O_CLOEXEC) != 0) {
    ::close(in[0]);
    return false;
  }
  from_ = out[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  std::string program = device_program(), file = path;
  std::array<char*, 3> arguments{program.data(), file.data(), nullptr};
  const int error = ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  return error == 0;
}

// The device's description of itself, up to "ready".
bool Device::read_ports() {
  std::string line;
  for (char letter = 0; transfer(from_, &letter, 1, false);) {
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
    (side == "input" ? inputs_ : outputs_).push_back(port);
    line.clear();
  }
  return false;
}

int Device::run(const std::vector<Buffer>& inputs, const std::vector<Buffer>& outputs) {
  if (const int code = check_buffers(inputs_, inputs); code != kNoError) return code;
  if (const int code = check_buffers(outputs_, outputs); code != kNoError) return code;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    if (!transfer(to_, inputs[i].memory, inputs_[i].bytes, true)) return kRuntimeError;
  for (std::size_t i = 0; i < outputs_.size(); ++i)
    if (!transfer(from_, outputs[i].memory, outputs_[i].bytes, false)) return kRuntimeError;
  const auto took = std::chrono::steady_clock::now() - begin;
  last_run_us_ = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()) + 1;
  return kNoError;
}

}  // namespace diolkos::rehearsal
