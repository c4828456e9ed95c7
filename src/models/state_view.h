// What a state dict tells of a network before its weights are read: which names lie below a prefix, and the width on
// which the tensors around a layer agree.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/state_dict.h"
#include "models/tensor_source.h"

namespace diolkos::models {

class StateView {
 public:
  explicit StateView(const StateDict& weights);

  const Tensor* find(std::string_view name) const;
  bool has_below(std::string_view prefix) const;
  // Distinct whole numbers right after `prefix` in names: blocks of "backbone.layer1.".
  int children(std::string_view prefix) const;

  // The most frequent extent among those of the tensors' axes that are there and positive, the first one of these
  // on a tie. One misshapen tensor is outvoted, and so can be named.
  struct Axis {
    std::string tensor;
    int axis;
  };
  std::int64_t agreed(const std::vector<Axis>& axes) const;

  // Outputs of a convolution followed by a batch normalisation, and of one with a bias.
  std::int64_t conv_norm_width(const std::string& conv, const std::string& norm) const;
  std::int64_t conv_width(const std::string& conv) const;
  // The extent of an axis of one tensor; kUnknownWidth where there is none.
  std::int64_t extent(std::string_view tensor, int axis) const;

  const std::map<std::string, const Tensor*, std::less<>>& tensors() const { return tensors_; }

 private:
  std::map<std::string, const Tensor*, std::less<>> tensors_;
};

}  // namespace diolkos::models
