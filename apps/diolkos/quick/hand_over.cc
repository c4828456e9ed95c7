#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "command.h"

namespace diolkos::cli {
namespace {

// As the kernel keeps it: each word ends in a zero byte.
std::vector<std::string> own_command_line() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> words;
  for (std::string word; std::getline(file, word, '\0');) words.push_back(std::move(word));
  return words;
}

}  // namespace

void hand_over() {
  std::error_code error;
  const std::string whole = std::filesystem::read_symlink("/proc/self/exe", error).replace_filename("diolkos-whole");
  std::vector<std::string> words = own_command_line();
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::fflush(nullptr);
  execv(whole.c_str(), arguments.data());
  std::fprintf(stderr, "diolkos: cannot start %s (%s), which has the commands that this program lacks; install both\n",
               whole.c_str(), std::strerror(errno));
}

}  // namespace diolkos::cli
