// The C++ face of the plugin contract: a plugin derives from these two and exports DIOLKOS_EXPORT_PLUGIN. Errors are
// values; exceptions of a runtime's library stop at the table.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "diolkos/plugin.h"

namespace diolkos::plugin {

struct Port {
  std::string name;
  diolkos_dtype dtype{};
  diolkos_layout layout = DIOLKOS_LAYOUT_NONE;
  std::vector<std::int64_t> dims;
  float scale = 0;
  std::int32_t zero_point = 0;
};

std::size_t bytes_of(diolkos_dtype dtype);
std::size_t bytes_of(const Port& port);

struct Actual {
  std::string precision;
  std::string device;
  int threads = 0;
  std::string fallback;
  std::string note;  // worth a warning: why a compiled form that was kept was of no use
};

class Model {
 public:
  virtual ~Model() = default;
  virtual Status infer(const void* const* inputs, void* const* outputs) = 0;
  virtual Status submit(const void* const* inputs, void* const* outputs);  // where the runtime is asynchronous
  virtual Status synchronize();
  virtual std::optional<double> device_ms() { return std::nullopt; }  // of the last run, as the device itself tells

  std::vector<Port> inputs, outputs;
  Actual actual;
};

struct Device {
  std::string id, description;
};

struct Capability {
  std::string format, precision, device;
};

class Runtime {
 public:
  virtual ~Runtime() = default;
  // An error where the runtime is absent: it says what brings it.
  virtual Result<std::string> version() = 0;
  virtual Result<std::vector<Device>> devices() = 0;
  virtual Result<std::vector<Capability>> capabilities() = 0;
  virtual double tolerance(std::string_view precision) const = 0;
  virtual Result<std::unique_ptr<Model>> load(const diolkos_load_options& options) = 0;
};

// Fills the C table for `runtime`, which lives as long as the shared object; with submit and synchronize where
// `asynchronous`.
const diolkos_plugin& table_of(Runtime& runtime, const char* name, bool asynchronous);

}  // namespace diolkos::plugin

#define DIOLKOS_EXPORT_PLUGIN(type, name, asynchronous)                                         \
  extern "C" DIOLKOS_PLUGIN_EXPORT const diolkos_plugin* diolkos_plugin_entry(std::uint32_t abi) { \
    if (abi != DIOLKOS_PLUGIN_ABI) return nullptr;                                              \
    static type runtime;                                                                        \
    return &::diolkos::plugin::table_of(runtime, name, asynchronous);                           \
  }
