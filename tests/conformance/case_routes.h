// The ways through Diolkos that a case must come out right on.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "conformance/onnx_case.h"

namespace diolkos::conformance {

struct Route {
  std::string_view name;
  // Errors: what went wrong, or differs. `exports` is a folder for files that routes write and leave there.
  Status (*run)(const OnnxCase& test, const std::filesystem::path& exports);
  // What opset the route writes, where it does: operators that came later may be refused as unsupported.
  int opset = 0;
};

std::vector<Route> routes();  // those that this CPU can take

}  // namespace diolkos::conformance
