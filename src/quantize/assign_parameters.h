// Scale and zero point of every activation, in each precision that computes with it. Tensors whose values an operator
// hands on unchanged (shares_scale) form a group: one pair for all of it, over all that was observed of any.
#pragma once

#include <map>
#include <vector>

#include "formats/tflite/model.h"
#include "quantize/integer_rules.h"
#include "quantize/range_method.h"
#include "quantize/statistics.h"

namespace diolkos::quantize {

class ActivationParameters {
 public:
  // `precisions[i]` is that of operator i.
  static Result<ActivationParameters> assign(const tflite::Model& model, const std::vector<Precision>& precisions,
                                             const Statistics& statistics, const RangeOptions& options);

  // Of a float32 activation of the original model. An error names the tensor without statistics.
  Result<tflite::Quantization> of(int tensor, Precision precision) const;

 private:
  std::map<std::pair<int, Precision>, tflite::Quantization> parameters_;
  std::vector<std::string> names_;
};

}  // namespace diolkos::quantize
