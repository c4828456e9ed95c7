#include "versus_options.h"

#include <filesystem>

#include <fmt/format.h>

namespace diolkos::cli {

void add_versus_options(CLI::App& command, VersusOptions& options) {
  command.add_option("--versus", options.model,
                     "A second model beside the first, on the same frames, and where they differ");
  command.add_option("--versus-runtime", options.runtime, "The second network's --runtime [as the first's]");
  command.add_option("--versus-precision", options.precision, "The second network's --precision [as the first's]");
}

ModelOptions versus_model(const ModelOptions& first, const VersusOptions& versus) {
  ModelOptions options = first;
  if (!versus.model.empty()) options.model = versus.model;
  return options;
}

RuntimeOptions versus_runtime(const RuntimeOptions& first, const VersusOptions& versus) {
  RuntimeOptions options = first;
  if (!versus.precision.empty()) options.precision = versus.precision;
  // A plan file holds one network; a folder of them may hold both.
  std::error_code ignored;
  if (!std::filesystem::is_directory(options.plan, ignored)) options.plan.clear();
  if (versus.runtime.empty() || versus.runtime == first.runtime) return options;
  options.runtime = versus.runtime;
  options.plugin.clear();
  options.device.clear();
  warn_of_native(options, options.runtime, "--versus-runtime " + options.runtime);
  clear_native(options);
  return options;
}

Status check_comparable(const SegmentingNetwork& first, const SegmentingNetwork& versus) {
  const int one = first.segmenting.classes.size(), other = versus.segmenting.classes.size();
  if (one == other) return {};
  return failure(ErrorCode::usage,
                 fmt::format("--versus: the networks have {} and {} classes, expected the same", one, other));
}

}  // namespace diolkos::cli
