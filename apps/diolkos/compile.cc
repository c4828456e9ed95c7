// diolkos compile: a TFLite file to a DLA file, by MediaTek's compiler.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/log.h"
#include "base/sha256.h"
#include "command.h"
#include "engine_folder.h"
#include "finish_variant.h"
#include "formats/tflite/read_model.h"
#include "output.h"
#include "targets/compile.h"
#include "targets/keep_compiled.h"
#include "targets/run_program.h"
#include "targets/sidecar.h"

namespace diolkos::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "The compiler is ncc-tflite of MediaTek's NeuroPilot SDK: --ncc, else $NCC_TFLITE, else on PATH. What it says is\n"
    "kept in FILE.dla.log; FILE.dla.json tells types, scales, layout and thresholds (docs/sidecar.md). A file that\n"
    "the rules of 'diolkos check' refuse is not handed over (--force: it is): exit status 5.\n"
    "What was compiled is kept in the user's cache and taken from there where TFLite file, compiler and options are\n"
    "the same ('diolkos cache explain'); --no-cache does neither.\n"
    "\nExamples:\n"
    "  diolkos compile out/model_full_integer_quant.tflite --target genio-700 -o model.dla\n"
    "  diolkos compile model.tflite --target genio-700 -o model.dla --ncc ~/neuron_sdk/host/bin/ncc-tflite\n"
    "  diolkos compile model.tflite --target genio-700 -o model.dla --print-command\n"
    "  diolkos compile model.tflite --target genio-700 -o model.dla --option=--show-exec-plan";

struct Options {
  std::string model, target, output, ncc, log;
  int optimization = 3;
  std::vector<std::string> more;
  bool print_command = false;
  bool force = false;
  bool no_cache = false;
};

std::string asked_compiler(const Options& options) {
  if (!options.ncc.empty()) return options.ncc;
  const char* from_environment = std::getenv("NCC_TFLITE");
  return from_environment != nullptr && *from_environment != '\0' ? from_environment : "ncc-tflite";
}

Status check_compiler(const fs::path& program, const std::string& asked) {
  std::error_code error;
  if (!program.empty() && fs::is_regular_file(program, error)) return {};
  return io_failure(
      fmt::format("{}: {}; ncc-tflite comes with MediaTek's NeuroPilot SDK 6 (neuron_sdk/host/bin, Linux x86-64), "
                  "which MediaTek gives after registration at https://neuropilot.mediatek.com; then say --ncc FILE or "
                  "set NCC_TFLITE",
                  asked, asked.find('/') == std::string::npos ? "not found on PATH" : "no such file"));
}

std::string refusals_of(const targets::Report& report) {
  std::string text;
  for (const targets::Finding& finding : report.findings)
    if (finding.verdict == targets::Verdict::refused && text.empty())
      text = fmt::format("{}: {}{}{}", finding.where, finding.rule, finding.remedy.empty() ? "" : "; ", finding.remedy);
  return text;
}

targets::CompileRequest to_request(const Options& options, const fs::path& program) {
  targets::CompileRequest request;
  request.model = options.model;
  request.output = options.output;
  request.log = options.log.empty() ? options.output + ".log" : options.log;
  request.program = program;
  request.optimization = options.optimization;
  request.more = options.more;
  return request;
}

Status describe(const targets::CompileRequest& request, const Options& options, const targets::Rules& rules,
                const targets::Report& report, const tflite::Model& model) {
  TRY_ASSIGN(targets::SidecarFacts facts, sidecar_facts(model));
  facts.source = request.model;
  TRY_ASSIGN(facts.source_sha256, sha256_of_file(request.model));
  facts.board = options.target;
  facts.arch = rules.name;
  facts.command = targets::compiler_command(request, rules, report);
  return targets::write_sidecar(request.output, model, facts);
}

Result<ExitStatus> run(const Options& options) {
  TRY_ASSIGN(const targets::Rules rules, targets::built_in_rules(options.target));
  TRY_ASSIGN(const tflite::Model model, tflite::read_model(options.model));
  const targets::Report report = targets::check(model, rules);
  const std::string asked = asked_compiler(options);
  const fs::path program = targets::find_program(asked);
  const targets::CompileRequest request = to_request(options, program.empty() ? fs::path(asked) : program);
  if (report.verdict == targets::Verdict::refused && !options.force) {
    std::fprintf(stderr,
                 "diolkos compile: %s: refused by %s: %s; 'diolkos check' lists all of it, --force compiles anyway\n",
                 options.model.c_str(), rules.name.c_str(), refusals_of(report).c_str());
    return kNotAsAsked;
  }
  if (options.print_command) {
    print(targets::shell_line(targets::compiler_command(request, rules, report)) + "\n");
    return kOk;
  }
  TRY(check_compiler(program, asked));
  const fs::path folder = options.no_cache ? fs::path() : engine_folder();
  TRY_ASSIGN(const targets::Obtained obtained, targets::compile_or_keep(request, rules, report, folder));
  if (!obtained.note.empty()) log::warning(obtained.note);
  TRY(describe(request, options, rules, report, model));
  print(fmt::format("{}: {:.1f} MB for {}, {}; sidecar {}, log {}\n", options.output,
                    1e-6 * static_cast<double>(obtained.compiled.bytes), options.target,
                    obtained.kept ? "from the cache" : fmt::format("{:.1f} s", obtained.compiled.seconds),
                    targets::sidecar_path(request.output).string(), request.log.string()));
  return kOk;
}

}  // namespace

Command compile_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("compile", "Compile a TFLite file for an accelerator");
  app->footer(kFooter);
  app->add_option("model", options->model, "A .tflite file")->required();
  app->add_option("--target", options->target, "genio-700, genio-510 or mdla3.0")->required();
  app->add_option("-o,--output", options->output, "The .dla file to write")->required();
  app->add_option("--ncc", options->ncc, "The compiler [$NCC_TFLITE, or ncc-tflite on PATH]");
  app->add_option("-O", options->optimization, "How hard it tries")->check(CLI::Range(0, 3))->capture_default_str();
  app->add_option("--option", options->more, "An option for the compiler, as it is (repeatable): --option=--opt-size");
  app->add_option("--log", options->log, "What the compiler says [OUTPUT.log]");
  app->add_flag("--print-command", options->print_command, "Show the compiler's command line and leave it at that");
  app->add_flag("--no-cache", options->no_cache, "Compile whatever is kept, and keep nothing");
  app->add_flag("--force", options->force, "Hand over what the rules refuse as well");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
