#include "remote/shell.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

extern char** environ;

namespace diolkos::remote {
namespace {

constexpr std::size_t kMostOutput = 256 << 20;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    if (text.size() < kMostOutput) text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : kLineBroke;
}

}  // namespace

std::string shell_word(std::string_view word) {
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'')
      text += "'\\''";
    else
      text += c;
  }
  return text + "'";
}

Shell::Shell(std::string_view ssh, std::string target) : target_(std::move(target)) {
  while (!ssh.empty()) {
    const std::size_t space = ssh.find(' ');
    if (space != 0) ssh_.emplace_back(ssh.substr(0, space));
    ssh = space == std::string_view::npos ? std::string_view() : ssh.substr(space + 1);
  }
}

Result<Outcome> Shell::run(const std::string& command) const {
  const Descriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  return spawn(command, input.get());
}

Result<Outcome> Shell::send(const std::string& command, const std::filesystem::path& file, std::int64_t offset) const {
  const Descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (input.get() < 0 || ::lseek(input.get(), offset, SEEK_SET) < 0)
    return io_failure(fmt::format("{}: {}", file.string(), std::strerror(errno)));
  return spawn(command, input.get());
}

Result<Outcome> Shell::spawn(const std::string& command, int input) const {
  // A target that begins with a dash would be an option of ssh's.
  if (ssh_.empty() || target_.empty() || target_.front() == '-')
    return failure(ErrorCode::usage, fmt::format("--remote '{}': expected USER@HOST", target_));
  std::vector<std::string> words = ssh_;
  words.insert(words.end(),
               {"-o", "BatchMode=yes", "-o", "ServerAliveInterval=15", "-o", "ConnectTimeout=15", target_, command});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return io_failure(fmt::format("a pipe: {}", std::strerror(errno)));
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), STDERR_FILENO);
  pid_t process = 0;
  const int error = ::posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    return io_failure(fmt::format("{}: {}; is the OpenSSH client installed?", ssh_.front(), std::strerror(error)));
  writing.close();
  Outcome outcome;
  outcome.output = read_all(reading.get());
  outcome.status = wait_for(process);
  return outcome;
}

}  // namespace diolkos::remote
