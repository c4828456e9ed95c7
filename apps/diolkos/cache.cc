// diolkos cache: what is kept of models so that the next start is quick, why it was made, and throwing it away.
#include <chrono>
#include <ctime>
#include <memory>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "command.h"
#include "fetch/fetch.h"
#include "output.h"
#include "plans/kept_files.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "Kept are plan files of the native runtime (--cache), engines that other runtimes compiled, and DLA files of\n"
    "'diolkos compile'. A file is used again only where every part of its key is the same; 'explain' tells the parts,\n"
    "and why it was made.\n"
    "'prune' without an option removes what would not be used again: damaged, unfinished, of another version,\n"
    "of a model that is gone or changed.\n"
    "\nExamples:\n"
    "  diolkos cache list\n"
    "  diolkos cache explain fcn_resnet50\n"
    "  diolkos cache prune --unused 30 --dry-run\n"
    "  diolkos cache prune --all";

struct Options {
  std::string folder, json, name;
  double unused = 0;  // days; 0: however long
  bool all = false, dry_run = false;
};

using plans::KeptFile;

Result<std::vector<KeptFile>> kept(const Options& options) {
  std::filesystem::path folder = options.folder;
  if (folder.empty()) {
    TRY_ASSIGN(folder, fetch::cache_folder());
  } else if (std::error_code error; !std::filesystem::is_directory(folder, error)) {
    return failure(ErrorCode::usage, fmt::format("--folder {}: {}; expected a folder of plans or engines",
                                                 folder.string(), error ? error.message() : "is a file"));
  }
  return plans::kept_files(folder);
}

std::string what_is(const KeptFile& file) { return file.kind.empty() ? "unfinished" : file.kind; }

double days_since(std::int64_t then) {
  return std::difftime(std::time(nullptr), static_cast<std::time_t>(then)) / 86400;
}

std::string size_text(std::uintmax_t bytes) { return fmt::format("{:.1f} MB", 1e-6 * static_cast<double>(bytes)); }

std::string used_text(const KeptFile& file) {
  return fmt::format("{:%Y-%m-%d %H:%M}", fmt::localtime(static_cast<std::time_t>(file.used)));
}

std::string total(const std::vector<KeptFile>& files) {
  std::uintmax_t bytes = 0;
  for (const KeptFile& file : files) bytes += file.bytes;
  return fmt::format("{} {}, {}", files.size(), files.size() == 1 ? "file" : "files", size_text(bytes));
}

std::string to_json(const std::vector<KeptFile>& files) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const KeptFile& file : files) {
    nlohmann::ordered_json key = nlohmann::ordered_json::object();
    for (const auto& [part, value] : file.key) key[part] = value;
    list.push_back({{"path", file.path.string()},
                    {"kind", what_is(file)},
                    {"bytes", file.bytes},
                    {"used", file.used},
                    {"key", key},
                    {"reason", file.reason},
                    {"remark", file.remark},
                    {"problem", file.problem}});
  }
  return nlohmann::ordered_json{{"schema", "diolkos.cache/1"}, {"files", list}}.dump(
             2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
         "\n";
}

Result<ExitStatus> list(const Options& options) {
  TRY_ASSIGN(const std::vector<KeptFile> files, kept(options));
  if (!options.json.empty()) {
    TRY(write_document(options.json, to_json(files)));
    return kOk;
  }
  if (files.empty()) {
    print("nothing is kept\n");
    return kOk;
  }
  std::string text = fmt::format("{:<10} {:>10}  {:<16}  {}\n", "kind", "size", "last used", "file");
  for (const KeptFile& file : files)
    text += fmt::format("{:<10} {:>10}  {:<16}  {}{}\n", what_is(file), size_text(file.bytes), used_text(file),
                        file.path.string(), file.problem.empty() ? "" : "  (of no use: " + file.problem + ")");
  print(text + total(files) + "\n");
  return kOk;
}

// A compiler's log may be long, and hold what a terminal should not see.
std::string first_line(const std::string& text) {
  const std::size_t end = text.find('\n');
  return printable(text.substr(0, end), 200) + (end + 1 < text.size() && end != text.npos ? " ..." : "");
}

std::string explained(const KeptFile& file) {
  std::string text = fmt::format("{}: {}, {}, last used {}\n", file.path.string(), what_is(file), size_text(file.bytes),
                                 used_text(file));
  for (const auto& [part, value] : file.key) text += fmt::format("  {}: {}\n", part, value);
  if (!file.reason.empty()) text += fmt::format("  made because: {}\n", file.reason);
  if (!file.remark.empty()) text += fmt::format("  its builder says: {}\n", first_line(file.remark));
  return text + (file.problem.empty() ? "  would be used again\n" : fmt::format("  of no use: {}\n", file.problem));
}

Result<ExitStatus> explain(const Options& options) {
  TRY_ASSIGN(const std::vector<KeptFile> files, kept(options));
  std::string text;
  for (const KeptFile& file : files)
    if (file.path.string().find(options.name) != std::string::npos) text += explained(file);
  if (text.empty())
    return failure(ErrorCode::invalid_input,
                   fmt::format("'{}': no kept file has that in its name; 'diolkos cache list' shows {}", options.name,
                               total(files)));
  print(text);
  return kOk;
}

// An age was asked for: only that counts.
bool is_to_go(const Options& options, const KeptFile& file) {
  if (options.all) return true;
  if (options.unused > 0) return days_since(file.used) > options.unused;
  return !file.problem.empty();
}

Result<ExitStatus> prune(const Options& options) {
  TRY_ASSIGN(const std::vector<KeptFile> files, kept(options));
  std::vector<KeptFile> gone;
  for (const KeptFile& file : files) {
    if (!is_to_go(options, file)) continue;
    if (!options.dry_run)
      if (const Status removed = plans::remove(file); !removed) {
        print(removed.error().message + "\n");
        continue;
      }
    gone.push_back(file);
    print(file.path.string() + "\n");
  }
  print(fmt::format("{} {}\n", options.dry_run ? "would remove" : "removed", total(gone)));
  return kOk;
}

}  // namespace

Command cache_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("cache", "Tell what is kept for quick starts, why it was made, and remove it");
  app->footer(kFooter);
  app->require_subcommand(1);
  CLI::App* listing = app->add_subcommand("list", "What is kept, the last used first");
  listing->add_option("--json", options->json, "Write the list as JSON to FILE, '-' for standard output")
      ->type_name("FILE");
  CLI::App* explaining = app->add_subcommand("explain", "What files depend on, and why they were made");
  explaining->add_option("name", options->name, "A part of the files' names")->required();
  CLI::App* pruning = app->add_subcommand("prune", "Remove files, without an option those that are of no use");
  auto* unused = pruning->add_option("--unused", options->unused, "Those not used for so many days")
                     ->check(CLI::PositiveNumber)
                     ->type_name("DAYS");
  pruning->add_flag("--all", options->all, "All of them")->excludes(unused);
  pruning->add_flag("--dry-run", options->dry_run, "Only tell what would go");
  for (CLI::App* one : {listing, explaining, pruning})
    one->add_option("--folder", options->folder, "A folder of plans or engines [the user's cache]")->type_name("DIR");
  return {app, [=] {
            return listing->parsed() ? list(*options) : explaining->parsed() ? explain(*options) : prune(*options);
          }};
}

}  // namespace diolkos::cli
