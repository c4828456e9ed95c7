#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "command.h"

namespace diolkos::cli {
namespace {

// As the kernel keeps it: each ends in a zero byte.
std::string own_command_line() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

void hand_over() {
  std::error_code error;
  const std::string whole = std::filesystem::read_symlink("/proc/self/exe", error).replace_filename("diolkos-whole");
  std::string line = own_command_line();
  std::vector<char*> arguments;
  for (std::size_t at = 0; at < line.size(); at += std::strlen(&line[at]) + 1) arguments.push_back(&line[at]);
  arguments.push_back(nullptr);
  std::fflush(nullptr);
  execv(whole.c_str(), arguments.data());
  std::fprintf(stderr, "diolkos: cannot start %s (%s), which has the commands that this program lacks; install both\n",
               whole.c_str(), std::strerror(errno));
}

}  // namespace diolkos::cli
