// The rehearsal board's device, as both interfaces of its runtime see it: a process that runs the DLA file, and the
// oddities that are turned on. $DIOLKOS_REHEARSAL_ODDITIES, separated by commas, is what real runtimes were seen to do:
//   pad     padded sizes are larger than sizes, and shorter buffers are refused
//   latch   used for ever are, with the first interface, the contents of the first input; with the second, the first
//           request's addresses
//   short   the sizes that it tells are less than what it reads and writes
//   major8  the runtime is of major version 8: another layout of buffers, and DLA files of 6 are BAD_DATA
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <sys/types.h>

#include "container.h"

namespace diolkos::rehearsal {

enum Code {
  kNoError = 0,
  kOutOfMemory = 1,
  kIncomplete = 2,
  kUnexpectedNull = 3,
  kBadData = 4,
  kBadState = 5,
  kRuntimeError = 6
};

bool has(const char* oddity);
unsigned char major_version();

struct Port {
  std::size_t bytes = 0;
  std::vector<std::uint32_t> dims;
  std::size_t told() const;    // what the runtime says that it takes
  std::size_t padded() const;  // what a buffer must hold
};

struct Buffer {
  char* memory;
  std::size_t bytes;
};

class Device {
 public:
  // 0 and `device`, or why the file does not load.
  static int start(const char* path, std::unique_ptr<Device>& device);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  const std::vector<Port>& inputs() const { return inputs_; }
  const std::vector<Port>& outputs() const { return outputs_; }
  // UNEXPECTED_NULL or BAD_DATA where a buffer is missing or shorter than its port.
  int run(const std::vector<Buffer>& inputs, const std::vector<Buffer>& outputs);

  std::uint64_t last_run_us() const { return last_run_us_; }  // 0: none yet
  unsigned char boost = 0;                                    // as the last QoS option asked

 private:
  Device() = default;
  bool spawn(const char* path);
  bool read_ports();

  pid_t process_ = -1;
  int to_ = -1, from_ = -1;
  std::vector<Port> inputs_, outputs_;
  std::uint64_t last_run_us_ = 0;
};

int check_buffer(const Port& port, const Buffer& buffer);

}  // namespace diolkos::rehearsal
