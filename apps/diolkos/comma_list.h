// "native,onnxruntime": an option's several values.
#pragma once

#include <string>
#include <vector>

namespace diolkos::cli {

inline std::vector<std::string> split_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t comma = text.find(','); comma != std::string::npos; comma = text.find(',', start)) {
    parts.push_back(text.substr(start, comma - start));
    start = comma + 1;
  }
  parts.push_back(text.substr(start));
  return parts;
}

inline bool has_comma(const std::string& text) { return text.find(',') != std::string::npos; }

}  // namespace diolkos::cli
