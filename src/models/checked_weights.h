// A state dict as the source of a network's tensors: what is missing, misshapen or left over is noted on the way and
// told at the end, in one message.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "models/state_view.h"
#include "models/tensor_source.h"

namespace diolkos::models {

class CheckedWeights : public TensorSource {
 public:
  explicit CheckedWeights(const StateView& view) : view_(view) {}

  Tensor tensor(const std::string& name, const Shape& expected, Role role) override;
  void batch_counter(const std::string&) override {}

  // After the network is built. Tensors below `ignored_prefix` and '*.num_batches_tracked' may be left over.
  Status finish(std::string_view ignored_prefix) const;

 private:
  const StateView& view_;
  std::set<std::string, std::less<>> used_;
  std::vector<std::string> missing_;
  std::vector<std::string> misshapen_;  // whole sentences
};

}  // namespace diolkos::models
