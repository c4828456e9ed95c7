// Stands in for MediaTek's ncc-tflite on the rehearsal board: takes its command line, writes that board's file.
//   ncc-tflite --arch=mdla3.0 -O3 -d OUT.dla [OPTION...] MODEL.tflite
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "container.h"

namespace {

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "ERROR: %s\n", message.c_str());
  std::exit(1);
}

struct Arguments {
  std::string arch, output, model;
};

Arguments parse(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with("--arch=")) {
      arguments.arch = word.substr(7);
    } else if ((word == "-d" || word == "--dla-file") && i + 1 < words.size()) {
      arguments.output = words[++i];
    } else if (!word.starts_with("-")) {
      arguments.model = word;
    }
  }
  return arguments;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse({argv + 1, argv + argc});
  if (arguments.arch != "mdla3.0") fail("--arch: got '" + arguments.arch + "', the rehearsal board is mdla3.0");
  if (arguments.output.empty()) fail("no -d FILE");
  std::ifstream model(arguments.model, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(model), {});
  if (bytes.size() < 8 || bytes.compare(4, 4, "TFL3") != 0) fail(arguments.model + ": no TFLite file");
  std::ofstream dla(arguments.output, std::ios::binary | std::ios::trunc);
  dla << diolkos::rehearsal::kMagic << static_cast<char>(diolkos::rehearsal::kMajor) << bytes;
  dla.close();
  if (!dla) fail(arguments.output + ": cannot be written");
  std::printf("rehearsal: %s for %s\n", arguments.model.c_str(), arguments.arch.c_str());
  return 0;
}
