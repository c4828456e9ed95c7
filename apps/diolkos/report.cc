// diolkos report: result files to one page.
#include "report/results.h"

#include <memory>

#include <fmt/format.h>

#include "command.h"
#include "output.h"
#include "report/page.h"
#include "report/sections.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "Takes what 'bench', 'eval', 'run' and 'compare' write with --json, of any number of machines.\n"
    "OUTPUT's ending decides: .html (one file, no network) or .md; - writes Markdown to standard output.\n"
    "\nExamples:\n"
    "  diolkos report bench.json eval.json run.json -o report.html\n"
    "  diolkos report layers.json compare.json -o layers.html    # of bench --explain and of compare\n"
    "  diolkos report board1.json board2.json -o report.md --title 'FCN-ResNet50 on two boards'";

struct Options {
  std::vector<std::string> files;
  std::string output;
  std::string title = "Diolkos report";
};

Result<ExitStatus> run(const Options& options) {
  const bool page = options.output.ends_with(".html") || options.output.ends_with(".htm");
  if (!page && !options.output.ends_with(".md") && options.output != "-")
    return failure(ErrorCode::usage,
                   fmt::format("-o {}: expected a name that ends in .html or .md, or -", options.output));
  report::Results results;
  for (const std::string& file : options.files) TRY(report::add_file(file, results));
  const auto sections = report::sections_of(results);
  TRY(write_document(options.output, page ? report::to_html(options.title, sections, results.files)
                                          : report::to_markdown(options.title, sections, results.files)));
  return kOk;
}

}  // namespace

Command report_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("report", "Make a page of result files");
  app->footer(kFooter);
  app->add_option("files", options->files, "JSON files of bench, eval, run and compare")->required();
  app->add_option("-o,--output", options->output, "A .html or .md file, or - for standard output")->required();
  app->add_option("--title", options->title, "The page's title")->capture_default_str();
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
