// The sidecar beside a DLA file (docs/sidecar.md): its ends' names, types, shapes and scales, which the runtime does
// not tell.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "kit/runtime.h"

namespace diolkos::plugin::neuron {

struct Sidecar {
  std::vector<Port> inputs, outputs;
};

// Reads PATH.json and checks that it is of this very file, by its SHA-256.
Result<Sidecar> read_sidecar(const std::string& path);

}  // namespace diolkos::plugin::neuron
