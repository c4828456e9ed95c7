// diolkos fetch: torchvision's official weights, into the user's cache or a folder.
#include "fetch/fetch.h"

#include <memory>

#include <fmt/format.h>

#include "command.h"
#include "output.h"
#include "progress.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "Without a name: a list of what there is. The file's SHA-256 is checked; a download that broke off goes on.\n"
    "\nExamples:\n"
    "  diolkos fetch fcn_resnet50\n"
    "  diolkos fetch lraspp_mobilenet_v3_large -o weights/\n"
    "  diolkos fetch fcn_resnet50 --mirror http://proxy.example/torchvision";

struct FetchOptions {
  std::string name;
  std::string folder;
  std::string mirror;
  bool quiet = false;
};

std::string list() {
  std::string text;
  for (const fetch::Weights& weights : fetch::catalogue())
    text += fmt::format("  {:<30} {:>4} MB  {}\n", weights.name, weights.bytes / 1'000'000, weights.file);
  return text;
}

Result<ExitStatus> run(const FetchOptions& options) {
  if (options.name.empty()) {
    print(list());
    return kOk;
  }
  fetch::Options fetch_options;
  fetch_options.folder = options.folder;
  fetch_options.mirror = options.mirror;
  ProgressBar bar(options.name);
  if (!options.quiet)
    fetch_options.progress = [&](std::uint64_t done, std::uint64_t total) {
      bar.update(static_cast<std::int64_t>(done >> 20), static_cast<std::int64_t>(total >> 20), "MiB");
    };
  TRY_ASSIGN(const auto path, fetch::fetch(options.name, fetch_options));
  print(path.string() + "\n");
  return kOk;
}

}  // namespace

Command fetch_command(CLI::App& program) {
  auto options = std::make_shared<FetchOptions>();
  CLI::App* app = program.add_subcommand("fetch", "Download torchvision's official weights");
  app->footer(kFooter);
  app->add_option("name", options->name, "An architecture, e.g. fcn_resnet50");
  app->add_option("-o,--output", options->folder, "Folder to put it in [the user's cache]");
  app->add_option("--mirror", options->mirror, "Base URL in place of https://download.pytorch.org/models");
  app->add_flag("--quiet", options->quiet, "No progress bar");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
