// A runtime behind the plugin contract: the native one, linked in, or a plugin's shared object.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engines/load_request.h"
#include "engines/model.h"
#include "runtime/session.h"

namespace diolkos::engines {

struct Device {
  std::string id;           // "cuda:0"
  std::string description;  // "NVIDIA H100 80GB"
};

struct Capability {
  std::string format, precision, device;
};

// Cheap to copy. A shared object that was opened stays open until the program ends: runtimes leave threads behind.
class Engine {
 public:
  static Engine native();
  // Opens a plugin's shared object in this process; one that was not probed (probe.h) may take the program down.
  // Errors: not a plugin, or of another version of the contract (both are told).
  static Result<Engine> open(const std::filesystem::path& plugin);

  std::string name() const;   // "onnxruntime"
  std::string build() const;  // the plugin's own version
  // Queries; they start no device. An error (unsupported) says what would bring the runtime where it is absent.
  Result<std::string> version() const;
  Result<std::vector<Device>> devices() const;
  Result<std::vector<Capability>> capabilities() const;
  // Largest difference from the native float32 result that is the runtime's own rounding, as a share of the largest
  // |output|.
  double tolerance(std::string_view precision) const;

  // An error where the runtime does not have the precision or the device, or takes no format that the request can give;
  // it lists what there is. To be called before load(): its error is exit status 5, not 1.
  Status offers(const LoadRequest& request) const;
  // What the loaded model does may still differ from the request: see check_as_asked().
  Result<Model> load(const LoadRequest& request) const;

 private:
  explicit Engine(const diolkos_plugin& plugin) : plugin_(&plugin) {}
  const diolkos_plugin* plugin_;
};

// The native runtime with options of its own, behind the same face.
Result<Model> load_native(graph::Graph graph, const runtime::SessionOptions& options);

// An error, exit status 5 on the command line, where the precision or the device is not what was asked for, or a part
// fell back: it says what was done instead.
Status check_as_asked(const LoadRequest& request, const Actual& actual);

}  // namespace diolkos::engines
