#include "pipeline/engine_network.h"

#include <vector>

#include <fmt/format.h>

#include "engines/float_model.h"
#include "runtime/main_output.h"

namespace diolkos::pipeline {
namespace {

class EngineNetwork : public Network {
 public:
  EngineNetwork(engines::FloatModel model, std::vector<Tensor> outputs, std::size_t chosen)
      : model_(std::move(model)), outputs_(std::move(outputs)), chosen_(chosen) {
    const engines::Port& in = model_.inputs().front();
    const engines::Port& out = model_.outputs()[chosen];
    input_ = {in.name, in.dtype, in.shape};
    output_ = {out.name, out.dtype, out.shape};
  }

  const runtime::Port& input() const override { return input_; }
  const runtime::Port& output() const override { return output_; }

  Status run(const Tensor& input, Tensor& output) override {
    std::swap(outputs_[chosen_], output);
    Status status = model_.run(std::span(&input, 1), outputs_);
    std::swap(outputs_[chosen_], output);
    return status;
  }

 private:
  engines::FloatModel model_;
  std::vector<Tensor> outputs_;  // those that nobody looks at are written too
  std::size_t chosen_;
  runtime::Port input_, output_;
};

}  // namespace

Result<std::unique_ptr<Network>> engine_network(engines::Model loaded) {
  TRY_ASSIGN(engines::FloatModel model, engines::FloatModel::create(std::move(loaded)));
  if (model.inputs().size() != 1 || model.outputs().empty())
    return unsupported(fmt::format("the network has {} inputs and {} outputs, expected one image and its scores",
                                   model.inputs().size(), model.outputs().size()));
  const auto ports = model.outputs();
  const std::size_t chosen = runtime::main_output(ports);
  TRY_ASSIGN(std::vector<Tensor> outputs, model.make_outputs());
  return std::unique_ptr<Network>(std::make_unique<EngineNetwork>(std::move(model), std::move(outputs), chosen));
}

}  // namespace diolkos::pipeline
