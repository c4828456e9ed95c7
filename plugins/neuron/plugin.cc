// MediaTek's Neuron runtime: DLA files on the APU of a Genio board, or on the rehearsal board.
#include <algorithm>
#include <cstring>
#include <optional>

#include "kit/runtime.h"
#include "neuron/api.h"
#include "neuron/sidecar.h"

namespace diolkos::plugin {
namespace {

const char* device_of(const neuron::Api& api) { return api.rehearsal ? "rehearsal" : "npu"; }

// Buffers of the runtime's padded sizes that stay where they are: some runtimes keep the first input's address.
struct Staging {
  std::vector<std::vector<std::byte>> memory;
  std::vector<std::byte> descriptors;  // IoBuffer or IoBuffer6, one after another
};

template <class Buffer>
void describe(Staging& staging) {
  staging.descriptors.resize(staging.memory.size() * sizeof(Buffer));
  for (std::size_t i = 0; i < staging.memory.size(); ++i) {
    Buffer buffer{};
    buffer.memory = staging.memory[i].data();
    buffer.bytes = staging.memory[i].size();
    buffer.descriptor = -1;
    std::memcpy(staging.descriptors.data() + i * sizeof(Buffer), &buffer, sizeof(Buffer));
  }
}

class NeuronModel : public Model {
 public:
  NeuronModel(const neuron::Api& api, int major) : api_(api), major_(major) {}
  ~NeuronModel() override {
    if (runtime_ != nullptr) api_.release(runtime_);
  }

  Status open(const diolkos_load_options& options);
  Status infer(const void* const* given, void* const* answers) override;

 private:
  using Count = int (*)(void*, std::size_t*);
  using Bytes = int (*)(void*, std::uint64_t, std::size_t*);
  Status stage(const std::vector<Port>& ports, Count count, Bytes bytes, Bytes padded, Staging& staging);

  const neuron::Api& api_;
  int major_;
  void* runtime_ = nullptr;
  Staging in_, out_;
};

Status NeuronModel::open(const diolkos_load_options& options) {
  if (options.path == nullptr) return unsupported("a DLA file is loaded by its path, not from memory");
  TRY_ASSIGN(neuron::Sidecar sidecar, neuron::read_sidecar(options.path));
  inputs = std::move(sidecar.inputs);
  outputs = std::move(sidecar.outputs);
  TRY(api_.check(api_.create(options.path, static_cast<std::size_t>(options.threads), &runtime_, neuron::kBacklog),
                 options.path));
  TRY(stage(inputs, api_.input_count, api_.input_bytes, api_.padded_input_bytes, in_));
  TRY(stage(outputs, api_.output_count, api_.output_bytes, api_.padded_output_bytes, out_));
  if (api_.set_qos != nullptr) {
    const neuron::QosOptions fastest{0, 1, 100, 100, 0, 0, 0, -1, 0, 0, nullptr};
    TRY(api_.check(api_.set_qos(runtime_, &fastest), "asking for full speed"));
  }
  const bool has_integers = !inputs.empty() && inputs[0].dtype != DIOLKOS_FLOAT32 && inputs[0].dtype != DIOLKOS_FLOAT16;
  actual.precision = !has_integers ? "fp16" : inputs[0].dtype == DIOLKOS_INT16 ? "int16" : "int8";
  actual.device = device_of(api_);
  return {};
}

Status NeuronModel::stage(const std::vector<Port>& ports, Count count, Bytes bytes, Bytes padded, Staging& staging) {
  std::size_t there = ports.size();
  if (count != nullptr) TRY(api_.check(count(runtime_, &there), "counting inputs and outputs"));
  if (there != ports.size())
    return invalid("the DLA file has " + std::to_string(there) + " ports on a side where its sidecar has " +
                   std::to_string(ports.size()));
  for (std::size_t i = 0; i < ports.size(); ++i) {
    std::size_t plain = 0, whole = 0;
    TRY(api_.check(bytes(runtime_, i, &plain), "asking for a size"));
    TRY(api_.check(padded(runtime_, i, &whole), "asking for a padded size"));
    if (plain != bytes_of(ports[i]))
      return invalid("'" + ports[i].name + "': the runtime takes " + std::to_string(plain) + " bytes, the sidecar says " +
                     std::to_string(bytes_of(ports[i])));
    staging.memory.emplace_back(std::max(plain, whole));
  }
  if (major_ <= 6) describe<neuron::IoBuffer6>(staging);
  else describe<neuron::IoBuffer>(staging);
  return {};
}

Status NeuronModel::infer(const void* const* given, void* const* answers) {
  for (std::size_t i = 0; i < inputs.size(); ++i) std::memcpy(in_.memory[i].data(), given[i], bytes_of(inputs[i]));
  TRY(api_.check(api_.run(runtime_, {in_.descriptors.data(), out_.descriptors.data()}), "inference"));
  for (std::size_t i = 0; i < outputs.size(); ++i) std::memcpy(answers[i], out_.memory[i].data(), bytes_of(outputs[i]));
  return {};
}

class Neuron : public Runtime {
 public:
  Result<std::string> version() override {
    if (!api_) {
      TRY_ASSIGN(api_, neuron::open_api());
      if (api_->get_version != nullptr) TRY(api_->check(api_->get_version(&version_), "asking for the version"));
    }
    const std::string number = std::to_string(version_.major) + "." + std::to_string(version_.minor) + "." +
                               std::to_string(version_.patch);
    return api_->rehearsal ? "rehearsal " + number : number;
  }

  Result<std::vector<Device>> devices() override {
    const char* description = api_->rehearsal ? "no board: the native runtime in its place" : "MediaTek APU";
    return std::vector<Device>{{device_of(*api_), description}};
  }

  Result<std::vector<Capability>> capabilities() override {
    std::vector<Capability> capabilities;
    for (const char* precision : {"int8", "int16", "fp16"}) capabilities.push_back({"dla", precision, device_of(*api_)});
    return capabilities;
  }

  double tolerance(std::string_view precision) const override { return precision == "fp16" ? 2e-2 : 2e-1; }

  Result<std::unique_ptr<Model>> load(const diolkos_load_options& options) override {
    auto model = std::make_unique<NeuronModel>(*api_, version_.major);
    TRY(model->open(options));
    return std::unique_ptr<Model>(std::move(model));
  }

 private:
  std::optional<neuron::Api> api_;
  neuron::Version version_{6, 0, 0};
};

}  // namespace
}  // namespace diolkos::plugin

DIOLKOS_EXPORT_PLUGIN(diolkos::plugin::Neuron, "neuron", false)
