// A file name's ending, letter case aside.
#pragma once

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace diolkos::video {

inline std::string lower_ending(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return ending;
}

inline bool ends_as(const std::filesystem::path& path, std::span<const std::string_view> endings) {
  return std::ranges::find(endings, lower_ending(path)) != endings.end();
}

}  // namespace diolkos::video
