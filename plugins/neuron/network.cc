#include "neuron/network.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace diolkos::plugin::neuron {
namespace {

template <class Buffer>
std::vector<std::byte> describe(std::vector<std::vector<std::byte>>& memory) {
  std::vector<std::byte> descriptors(memory.size() * sizeof(Buffer));
  for (std::size_t i = 0; i < memory.size(); ++i) {
    Buffer buffer{};
    buffer.memory = memory[i].data();
    buffer.bytes = memory[i].size();
    buffer.descriptor = kPlainMemory;
    std::memcpy(descriptors.data() + i * sizeof(Buffer), &buffer, sizeof(Buffer));
  }
  return descriptors;
}

}  // namespace

Result<std::unique_ptr<Network>> Network::open(const Api& api, const diolkos_load_options& options,
                                               const std::vector<Port>& inputs, const std::vector<Port>& outputs) {
  std::unique_ptr<Network> network(new Network(api));
  TRY(network->load(options));
  TRY(network->stage(inputs, {api.input_count, api.input_bytes, api.padded_input_bytes}, network->in_));
  TRY(network->stage(outputs, {api.output_count, api.output_bytes, api.padded_output_bytes}, network->out_));
  TRY(network->ask_for_speed());
  return network;
}

Network::~Network() {
  if (runtime_ != nullptr) api_.release(runtime_);
}

Status Network::load(const diolkos_load_options& options) {
  if (api_.generation == 2)
    return api_.check(api_.create(options.path, static_cast<std::size_t>(options.threads), &runtime_, kBacklog),
                      options.path);
  constexpr std::uint32_t kHardware = 4;
  const Environment environment{kHardware, 0, static_cast<std::uint8_t>(std::min(options.threads, 255)), false, false};
  TRY(api_.check(api_.create_empty(&environment, &runtime_), "making a runtime"));
  return api_.check(api_.load(runtime_, options.path), options.path);
}

Status Network::stage(const std::vector<Port>& ports, const Queries& queries, Staging& staging) const {
  std::size_t there = ports.size();
  if (queries.count != nullptr) TRY(api_.check(queries.count(runtime_, &there), "counting inputs and outputs"));
  if (there != ports.size())
    return invalid("the DLA file has " + std::to_string(there) + " ports on a side where its sidecar has " +
                   std::to_string(ports.size()));
  for (std::size_t i = 0; i < ports.size(); ++i) {
    std::size_t plain = 0, padded = 0;
    TRY(api_.check(queries.bytes(runtime_, i, &plain), "asking for a size"));
    if (queries.padded != nullptr) TRY(api_.check(queries.padded(runtime_, i, &padded), "asking for a padded size"));
    if (plain != bytes_of(ports[i]))
      return invalid("'" + ports[i].name + "': the runtime takes " + std::to_string(plain) +
                     " bytes, the sidecar says " + std::to_string(bytes_of(ports[i])));
    staging.memory.emplace_back(std::max(plain, padded));
  }
  staging.descriptors = api_.major <= 6 ? describe<IoBuffer6>(staging.memory) : describe<IoBuffer>(staging.memory);
  return {};
}

Status Network::ask_for_speed() {
  if (api_.set_qos == nullptr) return {};
  const QosOptions fastest{0, 1, 100, 100, 0, 0, 0, -1, 0, 0, nullptr};
  return api_.check(api_.set_qos(runtime_, &fastest), "asking for full speed");
}

Status Network::run() {
  if (api_.generation == 1) return run_first();
  return api_.check(api_.run(runtime_, {in_.descriptors.data(), out_.descriptors.data()}), "inference");
}

// Buffers are told anew each time, as MediaTek's own programs do.
Status Network::run_first() {
  for (std::size_t i = 0; i < in_.memory.size(); ++i)
    TRY(api_.check(api_.set_input(runtime_, i, in_.memory[i].data(), in_.memory[i].size(), {kPlainMemory}),
                   "giving an input"));
  for (std::size_t i = 0; i < out_.memory.size(); ++i)
    TRY(api_.check(api_.set_output(runtime_, i, out_.memory[i].data(), out_.memory[i].size(), {kPlainMemory}),
                   "giving an output"));
  return api_.check(api_.infer(runtime_), "inference");
}

std::optional<double> Network::device_ms() const {
  ProfiledQos* profiled = nullptr;
  std::uint8_t boost = 0;
  if (api_.profiled_qos == nullptr || api_.profiled_qos(runtime_, &profiled, &boost) != 0) return std::nullopt;
  if (profiled == nullptr || profiled->commands == nullptr || profiled->command_counts == nullptr) return std::nullopt;
  std::uint64_t microseconds = 0;
  for (std::uint32_t subgraph = 0; subgraph < profiled->subgraphs; ++subgraph)
    for (std::uint32_t i = 0; profiled->commands[subgraph] != nullptr && i < profiled->command_counts[subgraph]; ++i)
      microseconds += profiled->commands[subgraph][i].microseconds;
  if (microseconds == 0) return std::nullopt;
  return 1e-3 * static_cast<double>(microseconds);
}

Result<bool> Network::notices_new_input() {
  TRY(run());
  const auto before = out_.memory;
  std::uint32_t state = 1;
  for (std::vector<std::byte>& one : in_.memory)
    for (std::byte& byte : one) byte = static_cast<std::byte>((state = state * 1664525u + 1013904223u) >> 24);
  TRY(run());
  return out_.memory != before;
}

}  // namespace diolkos::plugin::neuron
