#include "remote/board.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <thread>

#include <fmt/format.h>

#include "base/mapped_file.h"
#include "base/printable.h"
#include "base/sha256.h"

namespace diolkos::remote {
namespace {

std::string first_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of("\r\n ");
  return printable(end == std::string::npos ? "it said nothing" : text.substr(0, end + 1), 300);
}

std::string sha_of(std::string_view text) { return sha256_hex(std::as_bytes(std::span(text))); }

// The number on the output's last line: a login may have greeted before it.
Result<std::int64_t> number_in(const std::string& target, const Outcome& outcome) {
  const std::size_t end = outcome.output.find_last_not_of("\r\n ");
  const std::size_t start = end == std::string::npos ? 0 : outcome.output.find_last_of("\r\n ", end) + 1;
  std::int64_t value = 0;
  const char* const last = outcome.output.data() + (end == std::string::npos ? 0 : end + 1);
  const auto [rest, error] = std::from_chars(outcome.output.data() + start, last, value);
  if (error != std::errc() || rest != last)
    return io_failure(fmt::format("{}: expected a number, got: {}", target, first_line(outcome.output)));
  return value;
}

}  // namespace

void Board::note(const std::string& text) const {
  if (options_.note) options_.note(text);
}

// Again after a pause where the line broke.
Result<Outcome> Board::persist(const std::function<Result<Outcome>()>& attempt) const {
  for (int left = options_.attempts;; --left) {
    TRY_ASSIGN(Outcome outcome, attempt());
    if (outcome.status != kLineBroke) return outcome;
    if (left <= 1)
      return io_failure(fmt::format("{}: no line after {} attempts: {}", shell_.target(), options_.attempts,
                                    first_line(outcome.output)));
    note(fmt::format("the line to {} broke: {}; again", shell_.target(), first_line(outcome.output)));
    std::this_thread::sleep_for(options_.pause);
  }
}

Result<Board> Board::reach(const std::string& target, BoardOptions options) {
  Shell shell(options.ssh, target);
  Board board(std::move(shell), std::move(options));
  // The first time there is nothing to go on with: an unknown host is told at once.
  TRY_ASSIGN(const Outcome outcome, board.shell_.run("mkdir -p " + shell_word(board.options_.folder)));
  if (outcome.status != 0)
    return io_failure(fmt::format("{}: cannot be reached: {}", target, first_line(outcome.output)));
  return board;
}

Result<std::int64_t> Board::size_of(const std::string& path) const {
  const std::string command = fmt::format("if [ -f {0} ]; then wc -c < {0}; else echo -1; fi", shell_word(path));
  TRY_ASSIGN(const Outcome outcome, persist([&] { return shell_.run(command); }));
  return number_in(shell_.target(), outcome);
}

Result<std::string> Board::bring(const std::filesystem::path& file, bool executable) {
  TRY_ASSIGN(const auto mapped, MappedFile::open(file));
  const std::string sha256 = sha256_hex(mapped->bytes());
  const auto size = static_cast<std::int64_t>(mapped->bytes().size());
  // The ending stays: some readers tell a format by it.
  const std::string path = fmt::format("{}/{}{}", options_.folder, sha256.substr(0, 32), file.extension().string());
  TRY_ASSIGN(const std::int64_t there, size_of(path));
  if (there == size) return path;

  const std::string part = path + ".part";
  note(
      fmt::format("{} to {} ({:.1f} MB)", file.filename().string(), shell_.target(), 1e-6 * static_cast<double>(size)));
  int stuck = 0;
  std::int64_t known = -1;
  for (;;) {
    TRY_ASSIGN(std::int64_t done, size_of(part));
    done = std::max<std::int64_t>(done, 0);
    if (done >= size) break;
    stuck = done > known ? 0 : stuck + 1;
    known = done;
    if (stuck >= options_.attempts)
      return io_failure(
          fmt::format("{}: {} does not get beyond byte {} of {}", shell_.target(), file.string(), done, size));
    TRY_ASSIGN(const Outcome outcome, shell_.send("cat >> " + shell_word(part), file, done));
    if (outcome.status != 0 && outcome.status != kLineBroke)
      return io_failure(fmt::format("{}: {}: {}", shell_.target(), part, first_line(outcome.output)));
    if (outcome.status == kLineBroke) std::this_thread::sleep_for(options_.pause);
  }
  const std::string check =
      fmt::format("echo '{}  '{} | sha256sum -c - > /dev/null 2>&1 && chmod {} {} && mv {} {}", sha256,
                  shell_word(part), executable ? "755" : "644", shell_word(part), shell_word(part), shell_word(path));
  TRY_ASSIGN(const Outcome outcome, persist([&] { return shell_.run(check); }));
  if (outcome.status == 0) return path;
  TRY(persist([&] { return shell_.run("rm -f " + shell_word(part)); }));
  return io_failure(
      fmt::format("{}: {} arrived damaged; it is removed there, try again", shell_.target(), file.string()));
}

Result<Board::Done> Board::run(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += shell_word(word) + " ";
  const std::string job = fmt::format("{}/job-{}", options_.folder, sha_of(text).substr(0, 16));
  std::string command;
  for (const std::string& word : words) command += shell_word(word == "{result}" ? job + "/result" : word) + " ";
  // mkdir is the lock: of two that come at once, or again, one starts the command. `done` appears when it has ended.
  const std::string script = fmt::format("{} > {}/log 2>&1; echo $? > {}/status; mv {}/status {}/done", command,
                                         shell_word(job), shell_word(job), shell_word(job), shell_word(job));
  const std::string start = fmt::format(
      "mkdir {0} 2>/dev/null && {{ (setsid nohup sh -c {1} > /dev/null 2>&1 < /dev/null &) ; }}; "
      "test -d {0}",
      shell_word(job), shell_word(script));
  TRY_ASSIGN(const Outcome started, persist([&] { return shell_.run(start); }));
  if (started.status != 0)
    return io_failure(fmt::format("{}: {}: {}", shell_.target(), job, first_line(started.output)));
  note(fmt::format("measuring on {}", shell_.target()));
  const std::string ask = fmt::format("if [ -f {0}/done ]; then cat {0}/done; else echo -1; fi", shell_word(job));
  Done done;
  for (;;) {
    TRY_ASSIGN(const Outcome asked, persist([&] { return shell_.run(ask); }));
    TRY_ASSIGN(const std::int64_t status, number_in(shell_.target(), asked));
    done.status = static_cast<int>(status);
    if (status >= 0) break;
    std::this_thread::sleep_for(options_.poll);
  }
  TRY_ASSIGN(Outcome log, persist([&] { return shell_.run("cat " + shell_word(job + "/log")); }));
  TRY_ASSIGN(Outcome result,
             persist([&] { return shell_.run(fmt::format("cat {} 2>/dev/null", shell_word(job + "/result"))); }));
  TRY(persist([&] { return shell_.run("rm -rf " + shell_word(job)); }));
  done.log = std::move(log.output);
  done.result = std::move(result.output);
  return done;
}

}  // namespace diolkos::remote
