// A model as comparisons and the pipeline see it: float32, images NCHW, whatever the runtime's own ports hold.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "engines/model.h"

namespace diolkos::engines {

// Ports that are float32 NCHW already pass through uncopied; others are transposed, quantized or rounded on the way in
// and brought back on the way out, in the caller's thread.
enum class Ends { real, stored };

class FloatModel {
 public:
  // An integer without a scale keeps its type.
  // With Ends::stored every port keeps its type; images are NCHW all the same.
  static Result<FloatModel> create(Model model, Ends ends = Ends::real);

  std::span<const Port> inputs() const { return inputs_; }
  std::span<const Port> outputs() const { return outputs_; }
  const Actual& actual() const { return model_.actual(); }
  std::optional<double> device_ms() const { return model_.device_ms(); }
  bool converts() const;  // whether any port is converted

  Status run(std::span<const Tensor> inputs, std::span<Tensor> outputs);
  // As Model's: inputs are converted before the work is queued, outputs once it is done.
  bool asynchronous() const { return model_.asynchronous(); }
  Status submit(std::span<const Tensor> inputs, std::span<Tensor> outputs);
  Status synchronize();

  // Milliseconds that the last run took to convert ports on the way in and on the way out.
  struct Transfers {
    double in_ms = 0, out_ms = 0;
  };
  const Transfers& transfers() const { return transfers_; }
  Result<std::vector<Tensor>> make_inputs() const;
  Result<std::vector<Tensor>> make_outputs() const;

 private:
  explicit FloatModel(Model model) : model_(std::move(model)) {}
  Status convert_inputs(std::span<const Tensor> inputs, std::span<Tensor> outputs);
  void convert_outputs();

  Model model_;
  std::vector<Port> inputs_, outputs_;
  std::vector<Tensor> staged_inputs_, staged_outputs_;  // in the runtime's form; those that pass through are undefined
  std::vector<Tensor> given_, answers_, wanted_;  // of the run in progress: the runtime's, and the caller's outputs
  Transfers transfers_;
};

}  // namespace diolkos::engines
