// `diolkos eval` of several networks, runtimes and precisions on the same images.
#pragma once

#include "command.h"
#include "eval_network.h"

namespace diolkos::cli {

// Options of the native runtime alone are left out for others.
RuntimeOptions runtime_of(const EvalOptions& options, const std::string& runtime, const std::string& precision);
void warn_of_native_rows(const EvalOptions& options);  // of what those of other runtimes are evaluated without
// "native int8", with several models "fcn.onnx native int8".
std::string row_label(const std::string& model, const std::string& runtime, const std::string& precision,
                      bool several_models);

// What --precision calls it: "int8" of "uint8" and of "int8+fp32".
std::string kind_of(const std::string& precision);

bool asks_for_eval_rows(const EvalOptions& options);

// Every combination of the models, --runtime and --precision, one after the other. A quantized file is evaluated once a
// runtime, in its own precision. What cannot be evaluated is shown with what is missing.
Result<ExitStatus> eval_rows(const EvalOptions& options, const evaluate::Dataset& dataset);

}  // namespace diolkos::cli
