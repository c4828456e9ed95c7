#include "targets/compile.h"

#include <algorithm>
#include <deque>
#include <fstream>

#include <fmt/format.h>

#include "base/output_file.h"
#include "base/printable.h"
#include "targets/run_program.h"

namespace diolkos::targets {
namespace {

namespace fs = std::filesystem;

// The options in the remedies of conditional findings: "compile with --use-sw-dilated-conv".
std::vector<std::string> conditions_of(const Report& report) {
  std::vector<std::string> options;
  for (const Finding& finding : report.findings) {
    const std::size_t start = finding.remedy.find("--");
    if (finding.verdict != Verdict::conditional || start == std::string::npos) continue;
    const std::string option = finding.remedy.substr(start, finding.remedy.find_first_of(" ,;", start) - start);
    if (std::ranges::find(options, option) == options.end()) options.push_back(option);
  }
  return options;
}

std::string last_lines(const fs::path& log) {
  constexpr std::size_t kLines = 3;
  std::ifstream file(log);
  std::deque<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) continue;
    lines.push_back(printable(line.substr(0, 300)));
    if (lines.size() > kLines) lines.pop_front();
  }
  return fmt::format("{}", fmt::join(lines, " | "));
}

}  // namespace

std::vector<std::string> compiler_command(const CompileRequest& request, const Rules& rules, const Report& report) {
  std::vector<std::string> command{request.program.string(), "--arch=" + rules.name,
                                   fmt::format("-O{}", request.optimization), "-d", request.output.string()};
  const auto conditions = conditions_of(report);
  command.insert(command.end(), conditions.begin(), conditions.end());
  command.insert(command.end(), request.more.begin(), request.more.end());
  command.push_back(request.model.string());
  return command;
}

std::vector<fs::path> libraries_of(const fs::path& program) {
  std::error_code error;
  const fs::path folder = fs::canonical(program, error).parent_path().parent_path() / "lib";
  return !error && fs::is_directory(folder, error) ? std::vector<fs::path>{folder} : std::vector<fs::path>{};
}

Result<Compiled> compile(const CompileRequest& request, const Rules& rules, const Report& report) {
  TRY_ASSIGN(OutputFile file, OutputFile::create(request.output));
  CompileRequest hidden = request;
  hidden.output = file.temporary();
  TRY_ASSIGN(const ProgramRun run,
             run_program(compiler_command(hidden, rules, report), request.log, libraries_of(request.program)));
  const std::string said = last_lines(request.log);
  if (run.status != 0)
    return invalid(fmt::format("{}: {} ended with status {}{}{}; the whole of it is in {}", request.model.string(),
                               request.program.filename().string(), run.status, said.empty() ? "" : ": ", said,
                               request.log.string()));
  std::error_code error;
  const auto bytes = fs::file_size(file.temporary(), error);
  if (error || bytes == 0)
    return invalid(fmt::format("{}: {} ended well but wrote nothing{}{}; the whole of it is in {}",
                               request.model.string(), request.program.filename().string(), said.empty() ? "" : ": ",
                               said, request.log.string()));
  TRY(file.commit());
  return Compiled{run.seconds, bytes};
}

}  // namespace diolkos::targets
