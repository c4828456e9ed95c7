#include "targets/keep_compiled.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/folder_entries.h"
#include "base/mapped_file.h"
#include "base/output_file.h"
#include "base/printable.h"
#include "base/sha256.h"
#include "cache/obtain.h"
#include "targets/run_program.h"

namespace diolkos::targets {
namespace {

namespace fs = std::filesystem;

// What the loader takes beside the program: names, sizes and times tell one SDK from another, and are read at once.
std::string libraries_beside(const fs::path& program) {
  std::vector<std::string> lines;
  for (const fs::path& folder : libraries_of(program)) {
    const auto entries = folder_entries(folder);
    if (!entries) continue;
    for (const fs::path& path : *entries) {
      std::error_code error;
      if (!fs::is_regular_file(path, error)) continue;
      const auto written = fs::last_write_time(path, error).time_since_epoch().count();
      lines.push_back(fmt::format("{} {} {}", path.filename().string(), fs::file_size(path, error), written));
    }
  }
  if (lines.empty()) return "none";
  std::ranges::sort(lines);
  const std::string text = fmt::format("{}", fmt::join(lines, "\n"));
  return fmt::format("{}, {}", lines.size(), sha256_hex(std::as_bytes(std::span(text))).substr(0, 16));
}

// The command without what names files: the program, the model, the output.
std::string options_of(const CompileRequest& request, const Rules& rules, const Report& report) {
  CompileRequest unnamed = request;
  unnamed.program = unnamed.model = unnamed.output = "";
  std::string line;
  for (const std::string& word : compiler_command(unnamed, rules, report))
    if (!word.empty() && word != "-d") line += (line.empty() ? "" : " ") + word;
  return printable(line, line.size() * 4);  // a key's value is one line
}

bool reads_other_files(const CompileRequest& request) {
  return std::ranges::any_of(request.more,
                             [](const std::string& option) { return option.starts_with("--dla-metadata"); });
}

Result<cache::Key> key_of(const CompileRequest& request, const Rules& rules, const Report& report) {
  TRY_ASSIGN(std::string model, sha256_of_file(request.model));
  TRY_ASSIGN(std::string compiler, sha256_of_file(request.program));
  return cache::Key{{"tflite", std::move(model)},
                    {"compiler", std::move(compiler)},
                    {"its libraries", libraries_beside(request.program)},
                    {"options", options_of(request, rules, report)}};
}

Result<cache::Built> build(const CompileRequest& request, const Rules& rules, const Report& report,
                           Compiled& compiled) {
  TRY_ASSIGN(compiled, compile(request, rules, report));
  TRY_ASSIGN(const auto file, MappedFile::open(request.output));
  cache::Built built;
  built.engine.assign(file->bytes().begin(), file->bytes().end());
  // Not of a log that is no file of its own, such as /dev/null.
  if (const auto log = MappedFile::open(request.log)) built.remark = (*log)->text();
  return built;
}

}  // namespace

Result<Obtained> compile_or_keep(const CompileRequest& request, const Rules& rules, const Report& report,
                                 const fs::path& folder) {
  Obtained result;
  cache::Recipe recipe;
  if (!reads_other_files(request)) recipe.folder = folder;
  recipe.stem = "dla-" + request.model.stem().string();
  TRY_ASSIGN(recipe.key, key_of(request, rules, report));
  recipe.build = [&] { return build(request, rules, report, result.compiled); };
  recipe.accept = [](const cache::EngineFile& kept) -> Status {
    return kept.engine.empty() ? Status(invalid("it holds no DLA file")) : Status();
  };
  TRY_ASSIGN(const cache::Obtained obtained, cache::obtain(recipe));
  result.kept = obtained.kept;
  result.note = obtained.note;
  if (!result.kept) return result;
  TRY(write_file(request.output, obtained.file.engine));
  TRY(write_file(request.log, obtained.file.remark));
  result.compiled.bytes = obtained.file.engine.size();
  return result;
}

}  // namespace diolkos::targets
