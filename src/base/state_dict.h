// A PyTorch state dict, from whatever file it came: names and tensors in the file's order.
#pragma once

#include <string>
#include <vector>

#include "base/tensor.h"

namespace diolkos {

struct NamedTensor {
  std::string name;  // "backbone.layer1.0.conv1.weight"
  Tensor tensor;
};

struct StateDict {
  std::vector<NamedTensor> tensors;

  const Tensor* find(std::string_view name) const {
    for (const NamedTensor& entry : tensors)
      if (entry.name == name) return &entry.tensor;
    return nullptr;
  }
};

}  // namespace diolkos
