#include "web/request.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace diolkos::web {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

Parsed refused(int status) { return {Parsed::Outcome::refused, status, {}}; }

std::optional<std::string> decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned value = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    const char* const digits = text.data() + i + 1;
    if (std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2 || value == 0) return std::nullopt;
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

bool parse_query(std::string_view text, std::map<std::string, std::string>& query) {
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const std::size_t equals = item.find('=');
    const auto key = decode(item.substr(0, equals));
    const auto value = decode(equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1));
    if (!key || !value) return false;
    query[*key] = *value;
  }
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// 0 where the line is sound.
int parse_first_line(std::string_view line, Request& request) {
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || last == first) return 400;
  request.method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (!version.starts_with("HTTP/")) return 400;
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return 505;
  if (request.method != "GET" && request.method != "HEAD" && request.method != "POST") return 405;
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::size_t mark = target.find('?');
  const auto path = decode(target.substr(0, mark));
  if (!path || !path->starts_with('/')) return 400;
  request.path = *path;
  return mark == std::string_view::npos || parse_query(target.substr(mark + 1), request.query) ? 0 : 400;
}

bool parse_headers(std::string_view lines, Request& request) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find(kLineEnd));
    lines.remove_prefix(std::min(lines.size(), line.size() + kLineEnd.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (!request.headers.emplace(name, trim(line.substr(colon + 1))).second &&
        (name == "content-length" || name == "host"))
      return false;
  }
  return true;
}

}  // namespace

std::string Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::string Request::cookie(const std::string& name) const {
  const std::string all = header("cookie");
  for (std::string_view rest = all; !rest.empty();) {
    const std::string_view item = trim(rest.substr(0, rest.find(';')));
    rest.remove_prefix(
        std::min(rest.size(), rest.find(';') == std::string_view::npos ? rest.size() : rest.find(';') + 1));
    if (item.starts_with(name + "=")) return std::string(item.substr(name.size() + 1));
  }
  return "";
}

Parsed parse_request(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, kMostHeaderBytes).find("\r\n\r\n");
  if (end == std::string_view::npos)
    return bytes.size() >= kMostHeaderBytes ? refused(431) : Parsed{};
  const std::string_view head = bytes.substr(0, end);
  const std::size_t first = head.find(kLineEnd);
  Parsed parsed;
  Request& request = parsed.request;
  if (const int status = parse_first_line(head.substr(0, first), request)) return refused(status);
  if (first != std::string_view::npos && !parse_headers(head.substr(first + kLineEnd.size()), request))
    return refused(400);
  if (request.headers.count("transfer-encoding") != 0) return refused(411);
  const std::string stated = request.header("content-length");
  std::size_t length = 0;
  if (!stated.empty()) {
    const auto [stop, error] = std::from_chars(stated.data(), stated.data() + stated.size(), length);
    if (error == std::errc::result_out_of_range) return refused(413);
    if (error != std::errc{} || stop != stated.data() + stated.size()) return refused(400);
  }
  if (length > kMostBodyBytes) return refused(413);
  const std::string_view body = bytes.substr(end + 4);
  if (body.size() < length) return {};
  request.body = body.substr(0, length);
  parsed.outcome = Parsed::Outcome::whole;
  return parsed;
}

}  // namespace diolkos::web
