#include "targets/run_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

extern char** environ;

namespace diolkos::targets {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLibraryPath = "LD_LIBRARY_PATH=";

// This process's environment with `libraries` in front of the loader's path.
std::vector<std::string> environment_with(const std::vector<fs::path>& libraries) {
  std::vector<std::string> environment;
  std::string path(kLibraryPath);
  for (const fs::path& folder : libraries) path += folder.string() + ":";
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!libraries.empty() && text.starts_with(kLibraryPath)) path += text.substr(kLibraryPath.size());
    else environment.emplace_back(text);
  }
  if (!libraries.empty()) environment.push_back(path);
  return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

bool is_executable(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<ProgramRun> run_program(const std::vector<std::string>& command, const fs::path& log,
                               const std::vector<fs::path>& libraries) {
  std::vector<std::string> words = command, environment = environment_with(libraries);
  const int said = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (said < 0)
    return io_failure(fmt::format("{}: what {} says cannot be written there: {}", log.string(),
                                  fs::path(words[0]).filename().string(), std::strerror(errno)));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, said, 1);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  const int error = ::posix_spawn(&child, words[0].c_str(), &actions, nullptr, pointers_to(words).data(),
                                  pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(said);
  if (error != 0) return io_failure(fmt::format("{}: cannot be started: {}", words[0], std::strerror(error)));
  int state = 0;
  while (::waitpid(child, &state, 0) < 0)
    if (errno != EINTR) return io_failure(fmt::format("{}: {}", words[0], std::strerror(errno)));
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  return ProgramRun{WIFSIGNALED(state) ? 128 + WTERMSIG(state) : WEXITSTATUS(state), spent.count()};
}

fs::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? "" : path;
  while (!folders.empty()) {
    const std::size_t end = std::min(folders.find(':'), folders.size());
    const fs::path candidate = fs::path(folders.substr(0, end)) / name;
    if (end > 0 && is_executable(candidate)) return candidate;
    folders.remove_prefix(std::min(end + 1, folders.size()));
  }
  return {};
}

std::string shell_line(const std::vector<std::string>& command) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
  std::string line;
  for (const std::string& word : command) {
    if (!line.empty()) line += ' ';
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char letter : word) line += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    line += '\'';
  }
  return line;
}

}  // namespace diolkos::targets
