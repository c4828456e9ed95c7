// What both interfaces ask in the same words. `device` is null where none is loaded.
//
// Layouts are declared here and in plugins/neuron/api.h on purpose: the stand-in is held to MediaTek's interface, not
// to what the plugin takes it for, and an error in one of them shows.
#pragma once

#include <algorithm>

#include "device_process.h"

#define DIOLKOS_REHEARSE extern "C" __attribute__((visibility("default")))

namespace diolkos::rehearsal {

struct QosOptions {
  std::int32_t preference, priority;
  std::uint8_t boost, most_boost, least_boost;
  std::uint16_t deadline, abort_time;
  std::int32_t delayed_power_off, power_policy, application;
  void* profiled;
};
static_assert(sizeof(QosOptions) == 40);

struct Qos {
  std::uint64_t microseconds;
  std::uint32_t suggested_ms, bandwidth;
  std::uint8_t boost;
};

struct ProfiledQos {
  Qos** commands;  // of each subgraph
  std::uint32_t* command_counts;
  std::uint32_t subgraphs;
};

// Its life is the runtime's, as with the real one.
struct Profile {
  Qos qos{};
  Qos* commands = &qos;
  std::uint32_t count = 1;
  ProfiledQos profiled{&commands, &count, 1};
};

inline constexpr std::uint8_t kMostBoost = 101;  // "as profiled"

inline int set_qos(Device* device, const QosOptions* options) {
  if (options == nullptr) return kUnexpectedNull;
  if (device == nullptr) return kBadState;
  if (options->boost > kMostBoost) return kBadData;
  device->boost = std::min<std::uint8_t>(options->boost, 100);
  return kNoError;
}

inline int profiled_qos(const Device* device, Profile& profile, ProfiledQos** to, std::uint8_t* boost) {
  if (to == nullptr || boost == nullptr) return kUnexpectedNull;
  if (device == nullptr || device->last_run_us() == 0) return kBadState;
  profile.qos = {device->last_run_us(), 0, 0, device->boost};
  *to = &profile.profiled;
  *boost = device->boost;
  return kNoError;
}

enum class Side { input, output };

template <class Value, class Get>
int ask(const Device* device, Side side, std::uint64_t index, Value* to, Get get) {
  if (to == nullptr) return kUnexpectedNull;
  if (device == nullptr) return kBadState;
  const auto& ports = side == Side::input ? device->inputs() : device->outputs();
  if (index >= ports.size()) return kBadData;
  *to = get(ports[index]);
  return kNoError;
}

inline int count(const Device* device, Side side, std::size_t* to) {
  if (to == nullptr) return kUnexpectedNull;
  if (device == nullptr) return kBadState;
  *to = (side == Side::input ? device->inputs() : device->outputs()).size();
  return kNoError;
}

}  // namespace diolkos::rehearsal

// PREFIX_getInputSize and its like; `device_of` makes a Device* of the runtime's handle, null for none.
#define DIOLKOS_REHEARSE_SIDE(prefix, Side_, side)                                                              \
  DIOLKOS_REHEARSE int prefix##_get##Side_##Size(void* runtime, std::uint64_t index, std::size_t* size) {       \
    return ask(device_of(runtime), Side::side, index, size, [](const Port& port) { return port.told(); });      \
  }                                                                                                             \
  DIOLKOS_REHEARSE int prefix##_get##Side_##PaddedSize(void* runtime, std::uint64_t index, std::size_t* size) { \
    return ask(device_of(runtime), Side::side, index, size, [](const Port& port) { return port.padded(); });    \
  }                                                                                                             \
  DIOLKOS_REHEARSE int prefix##_get##Side_##Rank(void* runtime, std::uint64_t index, std::uint32_t* rank) {     \
    return ask(device_of(runtime), Side::side, index, rank,                                                     \
               [](const Port& port) { return static_cast<std::uint32_t>(port.dims.size()); });                  \
  }

#define DIOLKOS_REHEARSE_QUERIES(prefix)         \
  DIOLKOS_REHEARSE_SIDE(prefix, Input, input)    \
  DIOLKOS_REHEARSE_SIDE(prefix, Output, output)
