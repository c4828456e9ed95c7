// diolkos: parses the command line, calls the library, prints.
#include <malloc.h>

#include <clocale>
#include <cstdio>
#include <iterator>
#include <map>
#include <vector>

#include "base/nearest_name.h"
#include "command.h"
#include "log_sink.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "\n'diolkos COMMAND --help' tells a command's options.\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage, 3 accuracy gate missed, 4 measurement unstable,\n"
    "5 precision or placement not what was asked.";

void collect_names(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
}

std::string suggest(const CLI::App& program, const std::string& word) {
  std::vector<std::string> names;
  const auto called = program.get_subcommands();
  if (called.empty()) {
    for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(command->get_name());
  }
  collect_names(called.empty() ? program : *called.front(), names);
  const std::vector<std::string_view> views(names.begin(), names.end());
  return did_you_mean(word.substr(0, word.find('=')), views);
}

int report_usage(const CLI::App& program, const CLI::ParseError& error) {
  const auto called = program.get_subcommands();
  const std::string command = called.empty() ? "diolkos" : "diolkos " + called.front()->get_name();
  std::string message = error.what();
  const std::vector<std::string> extras = program.remaining(true);
  const bool unknown_command = called.empty() && !extras.empty();
  if (unknown_command || (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extras.empty()))
    message = "unexpected '" + extras.front() + "'" + suggest(program, extras.front());
  std::fprintf(stderr, "%s: %s\nTry '%s --help'.\n", command.c_str(), message.c_str(), command.c_str());
  return kUsage;
}

int execute(const Command& command) {
  const Result<ExitStatus> status = command.run();
  if (status) return std::fflush(stdout) == 0 ? *status : kFailure;
  report_error(command.app->get_name(), status.error().message);
  return status.error().code == ErrorCode::usage ? kUsage : kFailure;
}

int run_program(int argc, char** argv) {
  CLI::App program{"Carries a PyTorch segmentation network from a workstation to the edge."};
  program.name("diolkos");
  program.footer(std::string(kExamples) + kFooter);
  program.set_version_flag("--version", "diolkos " DIOLKOS_VERSION);
  program.require_subcommand(1);
  bool verbose = false;
  program.add_flag("-v,--verbose", verbose, "Tell what is being done");
  LogForm log_form = LogForm::text;
  const std::map<std::string, LogForm> log_forms{{"text", LogForm::text}, {"json", LogForm::json}};
  program.add_option("--log", log_form, "Messages on standard error as text, or as json, an object a line [text]")
      ->transform(CLI::Transformer(log_forms))
      ->type_name("text|json");
  program.fallthrough();

  const std::vector<Command> commands = add_commands(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& done) {  // --help, --version
    hand_over();
    return program.exit(done);
  } catch (const CLI::ParseError& error) {
    hand_over();
    return report_usage(program, error);
  }
  install_log_sink(verbose, log_form);
  for (const Command& command : commands)
    if (command.app->parsed()) return execute(command);
  return kUsage;
}

}  // namespace
}  // namespace diolkos::cli

int main(int argc, char** argv) {
  // Left to itself, glibc comes to keep blocks of up to 32 MB that were given back: a network's tensors.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  try {
    return diolkos::cli::run_program(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "diolkos: out of memory\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "diolkos: internal error: %s; please report it\n", error.what());
  }
  return diolkos::cli::kFailure;
}
