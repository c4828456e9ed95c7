// A DLA file loaded by the Neuron runtime, with the buffers that it reads and writes.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "kit/runtime.h"
#include "neuron/api.h"

namespace diolkos::plugin::neuron {

class Network {
 public:
  // Loads the file and gives it buffers for the ports that its sidecar tells; an error where the runtime counts or
  // measures them otherwise. `api` stays.
  static Result<std::unique_ptr<Network>> open(const Api& api, const diolkos_load_options& options,
                                               const std::vector<Port>& inputs, const std::vector<Port>& outputs);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // The same at every run.
  std::byte* input(std::size_t index) { return in_.memory[index].data(); }
  const std::byte* output(std::size_t index) const { return out_.memory[index].data(); }
  Status run();

  // What the runtime says that the last run took on the device; nothing where it does not say.
  std::optional<double> device_ms() const;
  // False where unlike inputs get the same answer: runtimes of the first interface were seen that keep the contents of
  // the first input for ever. Leaves other inputs and outputs behind.
  Result<bool> notices_new_input();

 private:
  // Of the runtime's padded sizes; they stay where they are, because some runtimes keep the first request's addresses.
  struct Staging {
    std::vector<std::vector<std::byte>> memory;
    std::vector<std::byte> descriptors;  // IoBuffer or IoBuffer6, one after another
  };
  struct Queries {
    int (*count)(void*, std::size_t*);
    int (*bytes)(void*, std::uint64_t, std::size_t*);
    int (*padded)(void*, std::uint64_t, std::size_t*);
  };

  explicit Network(const Api& api) : api_(api) {}
  Status load(const diolkos_load_options& options);
  Status stage(const std::vector<Port>& ports, const Queries& queries, Staging& staging) const;
  Status ask_for_speed();
  Status run_first();

  const Api& api_;
  void* runtime_ = nullptr;
  Staging in_, out_;
};

}  // namespace diolkos::plugin::neuron
