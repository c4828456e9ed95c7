#include "video/address.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "base/nearest_name.h"

namespace diolkos::video {
namespace {

constexpr int kLargestSide = 1 << 14;

tl::unexpected<Error> misuse(std::string message) { return failure(ErrorCode::usage, std::move(message)); }

std::size_t scheme_length(std::string_view text) {
  const auto end = std::ranges::find_if_not(
      text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; });
  const auto length = static_cast<std::size_t>(end - text.begin());
  return end != text.end() && *end == ':' && length >= 2 && std::isalpha(static_cast<unsigned char>(text[0])) != 0
             ? length
             : 0;
}

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Address parse_address(const std::string& text) {
  Address address{text, {}, text, {}};
  std::error_code ignored;
  if (std::filesystem::exists(text, ignored)) return address;
  std::string_view rest = text;
  if (const std::size_t length = scheme_length(rest)) {
    for (const char c : rest.substr(0, length)) address.scheme += static_cast<char>(std::tolower(c));
    rest.remove_prefix(length + 1);
    if (rest.starts_with("//")) rest.remove_prefix(2);
  }
  const std::size_t mark = rest.find('?');
  address.place = rest.substr(0, mark);
  if (mark == std::string_view::npos) return address;
  for (rest.remove_prefix(mark + 1); !rest.empty();) {
    const std::string_view item = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    address.query[std::string(item.substr(0, equals))] =
        equals == std::string_view::npos ? "" : std::string(item.substr(equals + 1));
  }
  return address;
}

Result<std::optional<double>> Address::number(const std::string& key, double least, double most) const {
  const auto found = query.find(key);
  if (found == query.end()) return std::optional<double>{};
  const auto value = whole<double>(found->second);
  if (!value || !(*value >= least && *value <= most))
    return misuse(fmt::format("{}: {}={}, expected a number of {} to {}", text, key, found->second, least, most));
  return value;
}

Result<std::optional<segmentation::Size>> Address::size(const std::string& key) const {
  const auto found = query.find(key);
  if (found == query.end()) return std::optional<segmentation::Size>{};
  const std::string_view value = found->second;
  const std::size_t cross = value.find('x');
  if (cross != std::string_view::npos) {
    const auto width = whole<int>(value.substr(0, cross));
    const auto height = whole<int>(value.substr(cross + 1));
    if (width && height && std::min(*width, *height) >= 1 && std::max(*width, *height) <= kLargestSide)
      return std::optional<segmentation::Size>{{*width, *height}};
  }
  return misuse(fmt::format("{}: {}={}, expected WIDTHxHEIGHT with sides of 1 to {}", text, key, value, kLargestSide));
}

Status Address::check_keys(std::span<const std::string_view> known) const {
  for (const auto& [key, value] : query)
    if (std::ranges::find(known, key) == known.end())
      return misuse(fmt::format("{}: unknown key '{}', expected {}{}", text, key,
                                known.empty() ? "none" : fmt::format("one of: {}", fmt::join(known, ", ")),
                                did_you_mean(key, known)));
  return {};
}

std::string without_password(const std::string& text) {
  const std::size_t start = text.find("://");
  if (start == std::string::npos) return text;
  const std::size_t end = text.find_first_of("/?#", start + 3);
  const std::size_t at = text.rfind('@', end);
  if (at == std::string::npos || at < start + 3) return text;
  return text.substr(0, start + 3) + "…" + text.substr(at);
}

}  // namespace diolkos::video
