#include "engines/probe.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "engines/contract.h"
#include "engines/program_folder.h"

extern char** environ;

namespace diolkos::engines {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* kProgram = "diolkos-probe";
constexpr int kAnswers = 3;  // the descriptor that diolkos-probe writes to

Result<fs::path> find_program(const fs::path& plugin) {
  const fs::path program = program_folder();
  std::error_code error;
  for (const fs::path& folder : {program, program.parent_path() / "lib" / "diolkos", plugin.parent_path(),
                                 plugin.parent_path().parent_path()}) {
    const fs::path candidate = folder / kProgram;
    if (fs::exists(candidate, error)) return candidate;
  }
  return io_failure(fmt::format("{}: cannot be asked: {} lies neither beside this program ({}) nor beside the plugin",
                                plugin.string(), kProgram, program.string()));
}

class Pipe {
 public:
  static Result<Pipe> open() {
    Pipe result;
    if (::pipe2(result.ends_.data(), O_CLOEXEC) != 0)
      return io_failure(fmt::format("cannot open a pipe: {}", std::strerror(errno)));
    return result;
  }
  Pipe(Pipe&& other) noexcept : ends_(std::exchange(other.ends_, {-1, -1})) {}
  ~Pipe() {
    close(0);
    close(1);
  }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close(std::size_t end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }

 private:
  Pipe() = default;
  std::array<int, 2> ends_{-1, -1};
};

Result<pid_t> start(const fs::path& program, const fs::path& plugin, const Pipe& pipe) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe.writing(), kAnswers);
  std::string name = program.string(), argument = plugin.string();
  std::array<char*, 3> arguments{name.data(), argument.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawn(&child, name.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return io_failure(fmt::format("{}: cannot be started: {}", name, std::strerror(error)));
  return child;
}

// All that the child writes until it closes its end; false where the time ran out.
bool read_until(int descriptor, Clock::time_point deadline, std::string& text) {
  std::array<char, 4096> buffer{};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = left > 0 ? ::poll(&waiting, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count <= 0) return true;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, '\t');) fields.push_back(field);
  fields.resize(std::max<std::size_t>(fields.size(), 4));
  return fields;
}

Result<Probe> parse(const std::string& text, const fs::path& plugin) {
  Probe answer;
  bool whole = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> fields = split(line);
    const std::string& key = fields[0];
    if (key == "error") return invalid(fmt::format("{}: {}", plugin.string(), fields[1]));
    if (key == "name") answer.name = fields[1];
    if (key == "build") answer.build = fields[1];
    if (key == "version") answer.version = fields[1];
    if (key == "absent") answer.absent = fields[1];
    if (key == "device") answer.devices.push_back({fields[1], fields[2]});
    if (key == "capability") answer.capabilities.push_back({fields[1], fields[2], fields[3]});
    if (key == "end") whole = true;
  }
  if (whole) return answer;
  return io_failure(fmt::format("{}: ended in the middle of its answer", plugin.string()));
}

}  // namespace

Result<Probe> probe(const fs::path& plugin, std::chrono::milliseconds timeout) {
  std::error_code error;
  if (!fs::exists(plugin, error)) return io_failure(fmt::format("{}: no such plugin", plugin.string()));
  TRY_ASSIGN(const fs::path program, find_program(plugin));
  TRY_ASSIGN(Pipe pipe, Pipe::open());
  TRY_ASSIGN(const pid_t child, start(program, plugin, pipe));
  pipe.close(1);
  std::string text;
  const bool in_time = read_until(pipe.reading(), Clock::now() + timeout, text);
  if (!in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!in_time)
    return io_failure(fmt::format("{}: gave no answer within {:.1f} s of loading and was stopped", plugin.string(),
                                  1e-3 * static_cast<double>(timeout.count())));
  if (WIFSIGNALED(status) && text.find("\nend\n") == std::string::npos)
    return io_failure(fmt::format("{}: crashed while loading ({})", plugin.string(), ::strsignal(WTERMSIG(status))));
  return parse(text, plugin);
}

}  // namespace diolkos::engines
