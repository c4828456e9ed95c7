// `diolkos eval` of several networks, runtimes and precisions on the same images.
#pragma once

#include <set>
#include <string>
#include <type_traits>
#include <vector>

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

// A float network has no integers: its row is not missed where another model has one of that runtime and precision.
template <class Row>
void leave_out_what_others_have(std::vector<Row>& rows, std::type_identity_t<bool (*)(const Row&)> is_evaluated) {
  std::set<std::string> there;
  for (const Row& row : rows)
    if (is_evaluated(row)) there.insert(row.runtime + " " + kind_of(row.precision));
  std::erase_if(rows, [&](const Row& row) {
    return !is_evaluated(row) && there.contains(row.runtime + " " + kind_of(row.precision));
  });
}

bool asks_for_eval_rows(const EvalOptions& options);

// Every combination of the models, --runtime and --precision, one after the other. A quantized file is evaluated once a
// runtime, in its own precision. What cannot be evaluated is shown with what is missing.
Result<ExitStatus> eval_rows(const EvalOptions& options, const evaluate::Dataset& dataset);

}  // namespace diolkos::cli
