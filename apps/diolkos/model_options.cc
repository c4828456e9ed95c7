#include "model_options.h"

#include <array>

#include <fmt/format.h>

#include "base/cpu_list.h"
#include "base/log.h"
#include "base/nearest_name.h"
#include "porting/input_size.h"

namespace diolkos::cli {
namespace {

constexpr std::array<std::string_view, 5> kPrecisions{"fp32", "bf16", "fp16", "int8", "int16"};
constexpr std::array<std::string_view, 4> kIsas{"generic", "avx2", "avx512", "neon"};

Status check_choice(std::string_view option, std::string_view value, std::span<const std::string_view> choices) {
  std::string known;
  for (std::string_view choice : choices) {
    if (choice == value) return {};
    known += fmt::format("{}{}", known.empty() ? "" : ", ", choice);
  }
  return failure(ErrorCode::usage, fmt::format("{} {}: expected one of: {}{}", option, value, known,
                                               did_you_mean(value, choices)));
}

}  // namespace

void add_model_options(CLI::App& command, ModelOptions& options) {
  command.add_option("model", options.model, "A .pth, .safetensors, .onnx or .tflite file, or ARCHITECTURE:random")
      ->required();
  command.add_option("--size", options.size, "Input S or HxW in pixels, where the model leaves it open [288]");
  command.add_option("--disable-pass", options.disabled_passes, "Leave out a graph rewrite, by name (repeatable)");
  command.add_option("--seed", options.seed, "For ARCHITECTURE:random [0]");
}

void add_ending_option(CLI::App& command, ModelOptions& options) {
  command
      .add_option("--ending", options.ending,
                  "Where the network ends: whole, scores (without softmax, argmax) or logits (nor the resize before "
                  "them); post-processing does the rest, for the mask alone: faster, its borders a little different")
      ->capture_default_str();
}

std::string shown_name(const ModelOptions& options) {
  return options.ending == "whole" ? options.model : fmt::format("{}, cut at its {}", options.model, options.ending);
}

Result<porting::LoadOptions> to_load_options(const ModelOptions& options) {
  porting::LoadOptions load_options;
  const auto ending = porting::ending_named(options.ending);
  if (!ending)
    return failure(ErrorCode::usage, fmt::format("--ending {}: expected whole, scores or logits", options.ending));
  load_options.ending = *ending;
  if (!options.size.empty()) {
    TRY_ASSIGN(load_options.size, porting::parse_size(options.size));
  }
  load_options.disabled_passes = options.disabled_passes;
  load_options.seed = options.seed;
  return load_options;
}

Result<porting::LoadedModel> load(const ModelOptions& options) {
  TRY_ASSIGN(const porting::LoadOptions load_options, to_load_options(options));
  return porting::load_model(options.model, load_options);
}

void clear_native(RuntimeOptions& options) {
  options.exact = options.tune = options.cache = false;
  options.isa.clear();
  options.cpus.clear();
  options.plan.clear();
}

void warn_of_native(const RuntimeOptions& given, std::string_view runtime, std::string_view place) {
  if (runtime == "native") return;
  std::string names;
  const auto take = [&](bool is_given, std::string_view name) {
    if (is_given) names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  };
  take(!given.isa.empty(), "--isa");
  take(!given.cpus.empty(), "--cpus");
  take(given.exact, "--exact");
  take(given.tune, "--tune");
  take(!given.plan.empty(), "--plan");
  take(given.cache, "--cache");
  if (!names.empty())
    log::warning(fmt::format("{}: runs without {}, which the native runtime alone knows", place, names));
}

void add_runtime_options(CLI::App& command, RuntimeOptions& options) {
  command.add_option("--runtime", options.runtime, "native, or a plugin: onnxruntime, openvino, litert, …")
      ->capture_default_str();
  command.add_option("--plugin", options.plugin, "A plugin's file, in place of searching for --runtime");
  command
      .add_option("--precision", options.precision,
                  "What to compute in: fp32, bf16, fp16 (weights), and what 'diolkos runtimes' lists")
      ->capture_default_str();
  command.add_option("--device", options.device, "cpu, cuda:0, … [the runtime's first that has the precision]");
  command.add_option("-t,--threads", options.threads, "Threads; 0 for all that this process may use")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command.add_option("--cpus", options.cpus, "Keep each thread on a CPU of its own: 0-3,6 is five threads");
  command.add_option("--isa", options.isa, "Force generic, avx2, avx512 or neon [the best of this CPU]");
  CLI::Option* plan = command.add_option(
      "--plan", options.plan,
      "A .dplan file that keeps packed weights for the next start, used or made anew; or a folder of such files");
  command.add_flag("--cache", options.cache, "As --plan $XDG_CACHE_HOME/diolkos/plans")->excludes(plan);
  command.add_flag("--tune", options.tune,
                   "Measure which kernel suits each convolution best, some seconds; --plan keeps what was found");
  command.add_flag("--exact", options.exact, "Convolutions without Winograd: slower, less memory, less rounding");
}

Result<runtime::SessionOptions> to_session_options(const RuntimeOptions& options) {
  TRY(check_choice("--precision", options.precision, kPrecisions));
  runtime::SessionOptions session_options;
  session_options.threads = options.threads;
  session_options.winograd = !options.exact;
  session_options.tune = options.tune;
  if (options.precision == "bf16") session_options.precision = runtime::FloatPrecision::bf16;
  if (options.precision == "fp16") session_options.precision = runtime::FloatPrecision::fp16;
  if (!options.cpus.empty()) {
    TRY_ASSIGN(session_options.cpus, parse_cpus(options.cpus));
    const auto count = static_cast<int>(session_options.cpus.size());
    if (options.threads != 0 && options.threads != count)
      return failure(ErrorCode::usage,
                     fmt::format("--threads {} on {} CPUs (--cpus {}): expected as many, or --cpus alone",
                                 options.threads, count, options.cpus));
    session_options.threads = count;
  }
  if (!options.isa.empty()) {
    TRY(check_choice("--isa", options.isa, kIsas));
    session_options.isa = cpu::isa_named(options.isa);
  }
  return session_options;
}

}  // namespace diolkos::cli
