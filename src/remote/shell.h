// Commands on another machine, by the ssh program.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace diolkos::remote {

// 'it'\''s': one word for a POSIX shell, whatever is in it.
std::string shell_word(std::string_view word);

struct Outcome {
  int status = 0;      // of the command; 255 is ssh's own: the line broke
  std::string output;  // standard output and standard error together
};

inline constexpr int kLineBroke = 255;

class Shell {
 public:
  // `ssh`: the program and its options, "ssh -p 2222"; split at spaces. Never asks for a password: keys have to be set
  // up.
  Shell(std::string_view ssh, std::string target);

  const std::string& target() const { return target_; }

  // Runs `command` in the target's POSIX shell, its input empty. An error where ssh itself cannot be started.
  Result<Outcome> run(const std::string& command) const;
  // The same with the bytes of `file` from `offset` on as its input.
  Result<Outcome> send(const std::string& command, const std::filesystem::path& file, std::int64_t offset) const;

 private:
  Result<Outcome> spawn(const std::string& command, int input) const;

  std::vector<std::string> ssh_;
  std::string target_;
};

}  // namespace diolkos::remote
