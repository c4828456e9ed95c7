// From a name on the command line to a graph whose every type is known: the first half of the porting way.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/state_dict.h"
#include "graph/graph.h"
#include "models/model.h"
#include "porting/cut_output.h"
#include "porting/file_format.h"

namespace diolkos::porting {

struct LoadOptions {
  // For a state dict (288x288 where absent), and for an ONNX file's open height and width (an error where absent).
  // An ONNX file of a fixed size of its own refuses another.
  std::optional<models::InputSize> size;
  std::vector<std::string> disabled_passes;
  std::map<std::string, Tensor> bound_inputs;  // inputs of an ONNX file that become constants, by name
  std::uint64_t seed = 0;                      // for NAME:random
  Ending ending = Ending::whole;               // where the network is cut (cut_output.h)
};

struct LoadedModel {
  graph::Graph graph;        // after the `deploy` passes; empty for a DLA file, which only its runtime reads
  std::string name;          // as it was asked for: a path or "fcn_resnet50:random"
  FileFormat format{};
  std::string architecture;  // "fcn_resnet50" where it was rebuilt from a state dict
  std::string sha256;        // of the file; of the state dict's bytes for NAME:random
  std::vector<std::filesystem::path> companions;  // files beside an ONNX file that hold some of its tensors
};

// `name` is a file (its format is told by its content) or "ARCHITECTURE:random".
Result<LoadedModel> load_model(std::string_view name, const LoadOptions& options = {});

// A file's state dict alone, where it holds one.
Result<StateDict> load_state_dict(std::string_view path, FileFormat format);

}  // namespace diolkos::porting
