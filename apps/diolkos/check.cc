// diolkos check: which TFLite files an accelerator takes, and why not.
#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/folder_entries.h"
#include "command.h"
#include "formats/tflite/read_model.h"
#include "output.h"
#include "targets/check.h"

namespace diolkos::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "For each file: a verdict, what is refused with the rule and the remedy, and the least time that the\n"
    "multiply-adds take at the rated rate. Exit status 5 where no file is accepted.\n"
    "\nExamples:\n"
    "  diolkos check out/ --target mdla3.0\n"
    "  diolkos check model_full_integer_quant.tflite --target mdla3.0 --all\n"
    "  diolkos check model.tflite --target rules.json";

struct CheckOptions {
  std::string path;
  std::string target = "mdla3.0";
  bool all = false;
};

Result<std::vector<fs::path>> files_of(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<fs::path>{path};
  TRY_ASSIGN(std::vector<fs::path> files, folder_entries(path));
  std::erase_if(files, [](const fs::path& file) { return file.extension() != ".tflite"; });
  if (files.empty())
    return invalid(
        fmt::format("{}: holds no .tflite file; 'diolkos convert MODEL --tflite {}' writes some", path, path));
  return files;
}

std::string line_of(const targets::Finding& finding) {
  std::string line = fmt::format("  {}: {}: {}", targets::name_of(finding.verdict), finding.where, finding.rule);
  if (!finding.remedy.empty()) line += fmt::format("; {}", finding.remedy);
  return line + '\n';
}

void print_report(const fs::path& file, const targets::Rules& rules, const targets::Report& report, bool all) {
  constexpr std::size_t kShown = 3;
  std::string text = fmt::format("{}: {} by {}: {} of {} operators, {:.2f} G multiply-adds", file.string(),
                                 targets::name_of(report.verdict), rules.name, report.accepted, report.operators,
                                 1e-9 * static_cast<double>(report.multiply_adds));
  if (report.verdict != targets::Verdict::refused && report.least_milliseconds > 0)
    text += fmt::format(", not under {:.1f} ms ({:.0f} a second)", report.least_milliseconds,
                        1000 / report.least_milliseconds);
  text += '\n';
  const std::size_t shown = all ? report.findings.size() : std::min(kShown, report.findings.size());
  for (std::size_t i = 0; i < shown; ++i) text += line_of(report.findings[i]);
  if (shown < report.findings.size()) text += fmt::format("  and {} more (--all)\n", report.findings.size() - shown);
  print(text);
}

Result<ExitStatus> run(const CheckOptions& options) {
  const bool from_file = fs::path(options.target).extension() == ".json";
  TRY_ASSIGN(const targets::Rules rules,
             from_file ? targets::read_rules(options.target) : targets::built_in_rules(options.target));
  TRY_ASSIGN(const auto files, files_of(options.path));
  bool any = false;
  for (const fs::path& file : files) {
    TRY_ASSIGN(const tflite::Model model, tflite::read_model(file));
    const targets::Report report = targets::check(model, rules);
    print_report(file, rules, report, options.all);
    any = any || report.verdict != targets::Verdict::refused;
  }
  return any ? kOk : kNotAsAsked;
}

}  // namespace

Command check_command(CLI::App& program) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* app = program.add_subcommand("check", "Tell whether an accelerator takes a TFLite file, and why not");
  app->footer(kFooter);
  app->add_option("path", options->path, "A .tflite file, or a folder of them")->required();
  app->add_option("--target", options->target,
                  "mdla3.0, a board with it (genio-700, genio-510), or a file of rules (.json)")
      ->capture_default_str();
  app->add_flag("--all", options->all, "Every finding, not the first three");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
