#include "bench_remote.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/printable.h"
#include "output.h"
#include "remote/board.h"

namespace diolkos::cli {
namespace {

using Json = nlohmann::ordered_json;

// On the board the model is called by its content.
Result<std::string> with_local_name(const std::string& target, const std::string& document,
                                    const std::string& model) try {
  Json json = Json::parse(document);
  const auto rename = [&](Json& row) {
    if (row.contains("model")) row["model"]["name"] = model;
    row["board"] = target;
  };
  if (json.contains("rows"))
    for (Json& row : json["rows"]) rename(row);
  else
    rename(json);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
} catch (const Json::exception& error) {
  return invalid(fmt::format("{}: its result is no whole JSON document: {}", target, printable(error.what(), 200)));
}

ExitStatus status_of(int status) {
  return status > kOk && status <= kNotAsAsked ? static_cast<ExitStatus>(status) : kFailure;
}

}  // namespace

std::vector<std::string> given_options(const CLI::App& command, const std::vector<std::string>& but) {
  std::vector<std::string> words;
  for (const CLI::Option* option : command.get_options()) {
    const bool left_out = std::ranges::any_of(but, [&](const std::string& name) { return option->check_name(name); });
    if (option->count() == 0 || left_out || option->get_lnames().empty()) continue;
    const std::string name = "--" + option->get_lnames().front();
    if (option->get_items_expected() == 0) words.push_back(name);
    for (const std::string& value : option->get_items_expected() == 0 ? std::vector<std::string>() : option->results())
      words.insert(words.end(), {name, value});
  }
  return words;
}

void add_remote_options(CLI::App& command, RemoteOptions& options) {
  command.add_option("--remote", options.target, "USER@BOARD: measure there, over SSH with keys");
  command.add_option("--remote-binary", options.binary, "The diolkos for the board's processor [this program]");
  command.add_option("--ssh", options.ssh, "The SSH program and its options, as 'ssh -p 2222'")->capture_default_str();
}

Result<ExitStatus> bench_remote(const RemoteOptions& options, const std::string& model,
                                const std::vector<std::string>& arguments, const std::string& json) {
  remote::BoardOptions board_options;
  board_options.ssh = options.ssh;
  board_options.note = [](const std::string& text) { log::note(text); };
  TRY_ASSIGN(remote::Board board, remote::Board::reach(options.target, board_options));
  TRY_ASSIGN(const std::string program, board.bring(options.binary.empty() ? "/proc/self/exe" : options.binary, true));
  std::string there = model;
  if (!model.ends_with(":random")) {
    TRY_ASSIGN(there, board.bring(model, false));
  }
  std::vector<std::string> words{program, "bench", there};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), {"--json", "{result}"});
  TRY_ASSIGN(const remote::Board::Done done, board.run(words));
  if (done.result.empty())
    return failure(ErrorCode::io, fmt::format("{}: no result, exit status {}: {}", options.target, done.status,
                                              printable(done.log, 400)));
  TRY_ASSIGN(const std::string document, with_local_name(options.target, done.result, model));
  if (!json.empty()) TRY(write_document(json, document));
  if (json != "-") print(done.log);
  return done.status == kOk ? kOk : status_of(done.status);
}

}  // namespace diolkos::cli
