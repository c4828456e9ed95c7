// The options that every command which loads a model has in common.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "porting/load_model.h"
#include "runtime/session.h"

namespace diolkos::cli {

struct ModelOptions {
  std::string model;
  std::string size;
  std::vector<std::string> disabled_passes;
  std::uint64_t seed = 0;
  std::string ending = "whole";
};

void add_model_options(CLI::App& command, ModelOptions& options);
void add_ending_option(CLI::App& command, ModelOptions& options);
// The model as results name it: "deeplab.onnx", "deeplab.onnx, cut at its logits".
std::string shown_name(const ModelOptions& options);
Result<porting::LoadOptions> to_load_options(const ModelOptions& options);
Result<porting::LoadedModel> load(const ModelOptions& options);

struct RuntimeOptions {
  std::string runtime = "native";
  std::string precision = "fp32";
  int threads = 0;
  std::string device;  // empty: the runtime's first
  std::string plugin;  // a plugin's file in place of searching
  std::string isa;
  bool exact = false;
  bool tune = false;
  std::string cpus;    // "0-3,6"; empty: wherever the system puts the threads
  std::string plan;    // a plan file, or a folder of them; empty: none
  bool cache = false;  // the user's folder of them
};

// Takes back what no other runtime than the native one knows.
void clear_native(RuntimeOptions& options);
// Warns of what clear_native() takes back from `given` for a network that `runtime` runs; `place` names it.
void warn_of_native(const RuntimeOptions& given, std::string_view runtime, std::string_view place);

void add_runtime_options(CLI::App& command, RuntimeOptions& options);
// Of the native runtime; executable.h opens any. Errors: a precision that it does not have, an instruction set that
// this CPU lacks.
Result<runtime::SessionOptions> to_session_options(const RuntimeOptions& options);

}  // namespace diolkos::cli
