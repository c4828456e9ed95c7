#include "kit/read_file.h"

#include <fstream>
#include <sstream>

namespace diolkos::plugin {

Result<std::string> read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream bytes;
  if (stream && stream.peek() != std::ifstream::traits_type::eof()) bytes << stream.rdbuf();
  if (!stream.is_open() || stream.bad() || bytes.bad()) return io_failure(path + ": cannot be read");
  return std::move(bytes).str();
}

}  // namespace diolkos::plugin
