// MediaTek's Neuron runtime, its second interface, and what of the first one it needs: our own declarations of the
// functions and layouts used (LP64). Functions return 0 or an error code.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace diolkos::plugin::neuron {

struct Version {
  std::uint8_t major, minor, patch;
};

struct Dimensions {
  std::uint32_t nhwc[4];
};

// Of NeuroPilot 6; newer ones lack the reserved word. Their first 24 bytes agree.
struct IoBuffer6 {
  void* memory;
  std::size_t bytes;
  std::int32_t descriptor;  // -1: plain memory
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

// Arrays of IoBuffer6 or IoBuffer.
struct Request {
  void* inputs;
  void* outputs;
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

struct Api {
  int (*get_version)(Version*);  // the first interface's; null where there is none
  int (*create)(const char* path, std::size_t threads, void** runtime, std::size_t backlog);
  void (*release)(void*);
  int (*run)(void*, Request);
  int (*input_count)(void*, std::size_t*);   // null where there is none
  int (*output_count)(void*, std::size_t*);
  int (*input_bytes)(void*, std::uint64_t, std::size_t*);
  int (*output_bytes)(void*, std::uint64_t, std::size_t*);
  int (*padded_input_bytes)(void*, std::uint64_t, std::size_t*);
  int (*padded_output_bytes)(void*, std::uint64_t, std::size_t*);
  int (*set_qos)(void*, const QosOptions*);  // null where there is none
  bool rehearsal;                            // our stand-in for a board

  Status check(int code, const char* what) const;
};

Result<Api> open_api();

inline constexpr std::size_t kBacklog = 2048;

}  // namespace diolkos::plugin::neuron
