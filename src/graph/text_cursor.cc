#include "graph/text_cursor.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace diolkos::graph {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

bool is_name_character(char c) { return is_word_character(c) || c == '.' || c == '/' || c == '-'; }

void TextCursor::skip_blanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else {
      return;
    }
  }
}

bool TextCursor::at_end() {
  skip_blanks();
  return at_ == text_.size();
}

char TextCursor::peek() {
  skip_blanks();
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool TextCursor::take(std::string_view token) {
  skip_blanks();
  if (!text_.substr(at_).starts_with(token)) return false;
  at_ += token.size();
  return true;
}

bool TextCursor::take_word(std::string_view word) {
  const std::size_t start = at_;
  if (!take(word)) return false;
  if (at_ == text_.size() || !is_word_character(text_[at_])) return true;
  at_ = start;
  return false;
}

Status TextCursor::expect(std::string_view token) {
  if (take(token)) return {};
  return error(fmt::format("expected '{}'", token));
}

Result<std::string_view> TextCursor::word(std::string_view what) {
  skip_blanks();
  std::size_t end = at_;
  while (end < text_.size() && is_word_character(text_[end])) ++end;
  if (end == at_ || (text_[at_] >= '0' && text_[at_] <= '9')) return error(fmt::format("expected {}", what));
  const std::string_view found = text_.substr(at_, end - at_);
  at_ = end;
  return found;
}

Result<char> TextCursor::escape() {
  const char c = at_ < text_.size() ? text_[at_++] : '\0';
  switch (c) {
    case '"':
    case '\\': return c;
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    default: break;
  }
  unsigned value = 0;
  const std::string_view digits = text_.substr(std::min(at_, text_.size())).substr(0, 2);
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (c != 'x' || digits.size() != 2 || failure != std::errc() || end != digits.data() + 2)
    return error("expected one of \\\" \\\\ \\n \\t \\r \\xHH");
  at_ += 2;
  return static_cast<char>(value);
}

Result<std::string> TextCursor::quoted(std::string_view what) {
  if (!take("\"")) return error(fmt::format("expected {} in quotes", what));
  std::string result;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '"') return result;
    if (c == '\n') break;
    if (c != '\\') {
      result += c;
      continue;
    }
    TRY_ASSIGN(const char escaped, escape());
    result += escaped;
  }
  return error(fmt::format("the quotes around {} do not end on their line", what));
}

Result<std::string> TextCursor::value_name() {
  if (!take("%")) return error("expected a value: %name");
  if (at_ < text_.size() && text_[at_] == '"') return quoted("a value's name");
  std::size_t end = at_;
  while (end < text_.size() && is_name_character(text_[end])) ++end;
  if (end == at_) return error("expected a name after %");
  std::string found(text_.substr(at_, end - at_));
  at_ = end;
  return found;
}

Result<std::string_view> TextCursor::number() {
  skip_blanks();
  std::size_t end = at_;
  while (end < text_.size() &&
         (is_word_character(text_[end]) || text_[end] == '.' || text_[end] == '+' || text_[end] == '-'))
    ++end;
  if (end == at_) return error("expected a number");
  const std::string_view found = text_.substr(at_, end - at_);
  at_ = end;
  return found;
}

Result<std::int64_t> TextCursor::integer() {
  TRY_ASSIGN(const std::string_view digits, number());
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc() || end != digits.data() + digits.size())
    return error(fmt::format("'{}' is not a 64-bit integer", digits));
  return value;
}

tl::unexpected<Error> TextCursor::error(std::string_view message) const {
  const std::string_view before = text_.substr(0, at_);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const std::string_view rest = text_.substr(at_).substr(0, 20);
  std::string next(rest.substr(0, rest.find('\n')));
  for (char& c : next)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return invalid(fmt::format("{}:{}: {}{}", line, at_ - start + 1, message,
                             next.empty() ? "" : fmt::format(" (before '{}')", next)));
}

}  // namespace diolkos::graph
