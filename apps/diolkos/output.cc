#include "output.h"

#include <cstdio>

#include "base/output_file.h"

namespace diolkos::cli {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

Status write_document(const std::string& destination, std::string_view text) {
  if (destination != "-") return write_file(destination, text);
  print(text);
  return {};
}

}  // namespace diolkos::cli
