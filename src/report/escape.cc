#include "report/escape.h"

namespace diolkos::report {
namespace {

// The length of the UTF-8 character that `text` begins with, 0 where it is none. Overlong forms are no concern here: no
// byte of one is below 0x80.
std::size_t length_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : byte(0) >= 0xc2 ? 2 : 0;
  if (length == 0 || length > text.size() || byte(0) > 0xf4) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  return length;
}

template <class Ascii>
std::string escape(std::string_view text, Ascii ascii) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = length_of(text);
    if (length == 0) {
      result += '?';
    } else if (length > 1) {
      result += text.substr(0, length);
    } else {
      const char c = text[0];
      if (c < ' ' || c == 0x7f)
        result += ' ';
      else
        ascii(result, c);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

}  // namespace

std::string html(std::string_view text) {
  return escape(text, [](std::string& result, char c) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += c;
    }
  });
}

std::string markdown(std::string_view text) {
  return escape(text, [](std::string& result, char c) {
    if (c == '<' || c == '&')
      result += c == '<' ? "&lt;" : "&amp;";
    else {
      if (std::string_view("\\`*_{}[]()#|!~").find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
  });
}

}  // namespace diolkos::report
