// A network ready to run from a name on the command line: with --plan or --cache the native runtime starts from a plan
// file where one fits.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "executable.h"
#include "plans/model_notes.h"

namespace diolkos::cli {

struct Opened {
  plans::ModelNotes notes;  // of the model
  Executable network;
};
Result<Opened> open_executable(std::string_view model, const porting::LoadOptions& load_options,
                               const RuntimeOptions& options, bool stored = false);

struct OpenedNetwork {
  plans::ModelNotes notes;
  std::map<std::string, std::string> metadata;  // of the graph, its ends made float
  RunningNetwork running;
};
Result<OpenedNetwork> open_network(std::string_view model, const porting::LoadOptions& load_options,
                                   const RuntimeOptions& options);

bool uses_plan(const RuntimeOptions& options);

// What the native runtime computes a network in, whose own precision is `of_graph`: "bf16" where the CPU multiplies it,
// "bf16-weights" where only the weights have 16 bits.
std::string native_precision(const std::string& of_graph, const runtime::SessionOptions& options);

}  // namespace diolkos::cli
