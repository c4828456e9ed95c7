#include "engines/float_model.h"

#include <algorithm>
#include <chrono>

#include "engines/port_conversion.h"

namespace diolkos::engines {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Result<std::vector<Tensor>> make_tensors(std::span<const Port> ports) {
  std::vector<Tensor> tensors;
  for (const Port& port : ports) {
    TRY_ASSIGN(Tensor tensor, Tensor::zeros(port.dtype, port.shape));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

// Tensors in the runtime's form for the ports that are converted; the others stay undefined.
Result<std::vector<Tensor>> make_staged(std::span<const Port> theirs, std::span<const Port> ours) {
  std::vector<Tensor> tensors(theirs.size());
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    if (!needs_conversion(theirs[i], ours[i])) continue;
    TRY_ASSIGN(tensors[i], Tensor::zeros(theirs[i].dtype, theirs[i].shape));
  }
  return tensors;
}

Status check(std::span<const Port> ports, std::span<const Tensor> tensors, std::string_view what) {
  if (tensors.size() != ports.size()) return invalid(count_differs(tensors.size(), what, ports.size()));
  for (std::size_t i = 0; i < ports.size(); ++i)
    if (tensors[i].dtype() != ports[i].dtype || tensors[i].shape() != ports[i].shape)
      return invalid(tensor_differs(ports[i], tensors[i], what));
  return {};
}

}  // namespace

Result<FloatModel> FloatModel::create(Model model, Ends ends) {
  FloatModel result(std::move(model));
  const auto form = ends == Ends::real ? float_form : nchw_form;
  for (const Port& port : result.model_.inputs()) result.inputs_.push_back(form(port));
  for (const Port& port : result.model_.outputs()) result.outputs_.push_back(form(port));
  TRY_ASSIGN(result.staged_inputs_, make_staged(result.model_.inputs(), result.inputs_));
  TRY_ASSIGN(result.staged_outputs_, make_staged(result.model_.outputs(), result.outputs_));
  return result;
}

bool FloatModel::converts() const {
  return std::ranges::any_of(staged_inputs_, &Tensor::defined) ||
         std::ranges::any_of(staged_outputs_, &Tensor::defined);
}

Result<std::vector<Tensor>> FloatModel::make_inputs() const { return make_tensors(inputs_); }
Result<std::vector<Tensor>> FloatModel::make_outputs() const { return make_tensors(outputs_); }

Status FloatModel::convert_inputs(std::span<const Tensor> inputs, std::span<Tensor> outputs) {
  TRY(check(inputs_, inputs, "input"));
  TRY(check(outputs_, outputs, "output"));
  const auto start = Clock::now();
  given_.assign(inputs.begin(), inputs.end());
  for (std::size_t i = 0; i < given_.size(); ++i) {
    if (!staged_inputs_[i].defined()) continue;
    to_runtime(inputs[i], model_.inputs()[i], staged_inputs_[i]);
    given_[i] = staged_inputs_[i];
  }
  wanted_.assign(outputs.begin(), outputs.end());
  answers_ = wanted_;
  for (std::size_t i = 0; i < answers_.size(); ++i)
    if (staged_outputs_[i].defined()) answers_[i] = staged_outputs_[i];
  transfers_.in_ms = milliseconds_since(start);
  return {};
}

void FloatModel::convert_outputs() {
  const auto start = Clock::now();
  for (std::size_t i = 0; i < answers_.size(); ++i)
    if (staged_outputs_[i].defined()) from_runtime(answers_[i], model_.outputs()[i], wanted_[i]);
  transfers_.out_ms = milliseconds_since(start);
  given_.clear();
  answers_.clear();
  wanted_.clear();
}

Status FloatModel::run(std::span<const Tensor> inputs, std::span<Tensor> outputs) {
  if (!converts()) return model_.run(inputs, outputs);
  TRY(convert_inputs(inputs, outputs));
  TRY(model_.run(given_, answers_));
  convert_outputs();
  return {};
}

Status FloatModel::submit(std::span<const Tensor> inputs, std::span<Tensor> outputs) {
  if (!converts()) return model_.submit(inputs, outputs);
  TRY(convert_inputs(inputs, outputs));
  return model_.submit(given_, answers_);
}

Status FloatModel::synchronize() {
  TRY(model_.synchronize());
  if (converts()) convert_outputs();
  return {};
}

}  // namespace diolkos::engines
