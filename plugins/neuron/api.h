// MediaTek's Neuron runtime: our own declarations of the functions and layouts used (LP64), of its second interface
// and of the first, which older images have alone. Functions return 0 or an error code.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace diolkos::plugin::neuron {

struct Version {
  std::uint8_t major, minor, patch;
};

// Of NeuroPilot 6; newer ones lack the reserved word. Their first 24 bytes agree.
struct IoBuffer6 {
  void* memory;
  std::size_t bytes;
  std::int32_t descriptor;
  std::int32_t offset;
  std::uint32_t reserved;
  std::uint64_t more[2];
};
static_assert(sizeof(IoBuffer6) == 48);

struct IoBuffer {
  void* memory;
  std::size_t bytes;
  std::int32_t descriptor;
  std::int32_t offset;
  std::uint64_t more[2];
};
static_assert(sizeof(IoBuffer) == 40);

inline constexpr std::int32_t kPlainMemory = -1;  // in place of a descriptor

// Arrays of IoBuffer6 or IoBuffer.
struct Request {
  void* inputs;
  void* outputs;
};

struct Environment {
  std::uint32_t device_kind;   // 4: the hardware
  std::int32_t core_option;    // 0: as the runtime thinks best
  std::uint8_t cpu_threads;
  bool raw_inputs, raw_outputs;  // in the device's own layout
};
static_assert(sizeof(Environment) == 12);

struct Attribute {
  std::int32_t descriptor;
};

struct QosOptions {
  std::int32_t preference;  // 0: performance
  std::int32_t priority;    // 1: medium
  std::uint8_t boost, most_boost, least_boost;  // 0 to 100; 101: as profiled
  std::uint16_t deadline, abort_time;           // ms
  std::int32_t delayed_power_off;               // ms; -1: the default
  std::int32_t power_policy, application;
  void* profiled;
};
static_assert(sizeof(QosOptions) == 40);

// Of one command of a run.
struct Qos {
  std::uint64_t microseconds;
  std::uint32_t suggested_ms, bandwidth;
  std::uint8_t boost;
};

// Made by the runtime, and gone with it.
struct ProfiledQos {
  Qos** commands;  // of each subgraph
  std::uint32_t* command_counts;
  std::uint32_t subgraphs;
};

struct Api {
  int generation = 0;         // of the interface: 2, or 1 where the library has no other
  int major = 6;              // of the runtime; as its library's name says where it does not tell
  std::string version_text;   // "6.3.3"
  bool rehearsal = false;     // our stand-in for a board

  // The second interface.
  int (*create)(const char* path, std::size_t threads, void** runtime, std::size_t backlog) = nullptr;
  int (*run)(void*, Request) = nullptr;

  // The first.
  int (*create_empty)(const Environment*, void** runtime) = nullptr;
  int (*load)(void*, const char* path) = nullptr;
  int (*set_input)(void*, std::uint64_t, const void*, std::size_t, Attribute) = nullptr;
  int (*set_output)(void*, std::uint64_t, void*, std::size_t, Attribute) = nullptr;
  int (*infer)(void*) = nullptr;

  // Both; the optional ones are null where the library lacks them.
  void (*release)(void*) = nullptr;
  int (*input_count)(void*, std::size_t*) = nullptr;   // optional
  int (*output_count)(void*, std::size_t*) = nullptr;  // optional
  int (*input_bytes)(void*, std::uint64_t, std::size_t*) = nullptr;
  int (*output_bytes)(void*, std::uint64_t, std::size_t*) = nullptr;
  int (*padded_input_bytes)(void*, std::uint64_t, std::size_t*) = nullptr;   // optional
  int (*padded_output_bytes)(void*, std::uint64_t, std::size_t*) = nullptr;  // optional
  int (*set_qos)(void*, const QosOptions*) = nullptr;                        // optional
  int (*profiled_qos)(void*, ProfiledQos**, std::uint8_t* boost) = nullptr;  // optional

  Status check(int code, const char* what) const;
};

Result<Api> open_api();

inline constexpr std::size_t kBacklog = 2048;

}  // namespace diolkos::plugin::neuron
