// diolkos history: what was measured before, and what became worse.
#include "history/history.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "command.h"
#include "output.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "FILE is what 'bench --history FILE' and 'eval --history FILE' keep: a SQLite database.\n"
    "A time is a REGRESSION where it is more than 2 % longer than the last one of the same model, runtime, precision,\n"
    "threads and machine, both are stable, and their 95 % intervals do not touch; an mIoU where it fell.\n"
    "\nExamples:\n"
    "  diolkos bench fcn.onnx --history results.sqlite\n"
    "  diolkos history results.sqlite --model fcn\n"
    "  diolkos history results.sqlite --fail-on-regression";

struct Options {
  std::string file, model;
  bool fail = false;
};

Result<ExitStatus> run(const Options& options) {
  TRY_ASSIGN(const auto entries, history::read(options.file, options.model));
  const auto judged = history::judge(entries);
  if (judged.empty())
    return failure(ErrorCode::invalid_input,
                   options.model.empty()
                       ? fmt::format("{}: holds no result; 'diolkos bench MODEL --history {}' adds one", options.file,
                                     options.file)
                       : fmt::format("{}: holds no result of a model '{}'", options.file, options.model));
  print(to_text(judged));
  const bool worse = std::ranges::any_of(judged, &history::Judged::regression);
  return options.fail && worse ? kFailure : kOk;
}

}  // namespace

Command history_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("history", "Tell what was measured before, and what became worse");
  app->footer(kFooter);
  app->add_option("file", options->file, "The database")->required();
  app->add_option("--model", options->model, "A part of the model's name [all]");
  app->add_flag("--fail-on-regression", options->fail, "Exit status 1 where something became worse");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
