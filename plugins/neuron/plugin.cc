// MediaTek's Neuron runtime: DLA files on the APU of a Genio board, or on the rehearsal board.
#include <cstring>
#include <optional>

#include "kit/runtime.h"
#include "neuron/api.h"
#include "neuron/network.h"
#include "neuron/sidecar.h"

namespace diolkos::plugin {
namespace {

const char* device_of(const neuron::Api& api) { return api.rehearsal ? "rehearsal" : "npu"; }

class NeuronModel : public Model {
 public:
  Status open(const neuron::Api& api, const diolkos_load_options& options);
  Status infer(const void* const* given, void* const* answers) override;
  std::optional<double> device_ms() override { return network_->device_ms(); }

 private:
  std::unique_ptr<neuron::Network> network_;
};

// What is computed in, told by the first input: floats are of 16 bits on the device.
std::string precision_of(const std::vector<Port>& inputs) {
  if (inputs.empty() || inputs[0].dtype == DIOLKOS_FLOAT32 || inputs[0].dtype == DIOLKOS_FLOAT16) return "fp16";
  return inputs[0].dtype == DIOLKOS_INT16 ? "int16" : "int8";
}

Status NeuronModel::open(const neuron::Api& api, const diolkos_load_options& options) {
  if (options.path == nullptr) return unsupported("a DLA file is loaded by its path, not from memory");
  TRY_ASSIGN(neuron::Sidecar sidecar, neuron::read_sidecar(options.path));
  inputs = std::move(sidecar.inputs);
  outputs = std::move(sidecar.outputs);
  TRY_ASSIGN(network_, neuron::Network::open(api, options, inputs, outputs));
  actual.precision = precision_of(inputs);
  actual.device = device_of(api);
  if (api.generation == 2) return {};
  TRY_ASSIGN(const bool sound, network_->notices_new_input());
  if (!sound)
    actual.fallback = "this runtime answers unlike inputs alike: it keeps the contents of the first one for ever";
  return {};
}

Status NeuronModel::infer(const void* const* given, void* const* answers) {
  for (std::size_t i = 0; i < inputs.size(); ++i) std::memcpy(network_->input(i), given[i], bytes_of(inputs[i]));
  TRY(network_->run());
  for (std::size_t i = 0; i < outputs.size(); ++i) std::memcpy(answers[i], network_->output(i), bytes_of(outputs[i]));
  return {};
}

class Neuron : public Runtime {
 public:
  Result<std::string> version() override {
    if (!api_) {
      TRY_ASSIGN(api_, neuron::open_api());
    }
    return (api_->rehearsal ? "rehearsal " : "") + api_->version_text;
  }

  Result<std::vector<Device>> devices() override {
    std::string description = api_->rehearsal ? "no board: the native runtime in its place" : "MediaTek APU";
    if (api_->generation == 1) description += ", by the runtime's first interface";
    return std::vector<Device>{{device_of(*api_), std::move(description)}};
  }

  Result<std::vector<Capability>> capabilities() override {
    std::vector<Capability> capabilities;
    for (const char* precision : {"int8", "int16", "fp16"})
      capabilities.push_back({"dla", precision, device_of(*api_)});
    return capabilities;
  }

  double tolerance(std::string_view precision) const override { return precision == "fp16" ? 2e-2 : 2e-1; }

  Result<std::unique_ptr<Model>> load(const diolkos_load_options& options) override {
    auto model = std::make_unique<NeuronModel>();
    TRY(model->open(*api_, options));
    return std::unique_ptr<Model>(std::move(model));
  }

 private:
  std::optional<neuron::Api> api_;
};

}  // namespace
}  // namespace diolkos::plugin

DIOLKOS_EXPORT_PLUGIN(diolkos::plugin::Neuron, "neuron", false)
