#include "base/printable.h"

#include <cstdint>

#include <fmt/format.h>

namespace diolkos {
namespace {

// Length of the UTF-8 sequence that `lead` begins, and the smallest code point that needs as many bytes (RFC 3629).
struct Sequence {
  std::size_t length;
  std::uint32_t smallest;
  std::uint32_t bits;  // that the lead byte contributes
};

Sequence sequence_of(unsigned char lead) {
  if (lead < 0x80) return {1, 0, lead};
  if (lead >> 5 == 0x6) return {2, 0x80, lead & 0x1fu};
  if (lead >> 4 == 0xe) return {3, 0x800, lead & 0x0fu};
  if (lead >> 3 == 0x1e) return {4, 0x10000, lead & 0x07u};
  return {0, 0, 0};
}

bool is_control(std::uint32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string result;
  for (const char letter : text.substr(0, limit)) {
    if (letter >= 0x20 && letter < 0x7f)
      result += letter;
    else
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(letter));
  }
  if (text.size() > limit) result += "...";
  return result;
}

bool is_plain_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Sequence sequence = sequence_of(static_cast<unsigned char>(text[at]));
    if (sequence.length == 0 || sequence.length > text.size() - at) return false;
    std::uint32_t code = sequence.bits;
    for (std::size_t i = 1; i < sequence.length; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      if (byte >> 6 != 0x2) return false;
      code = code << 6 | (byte & 0x3fu);
    }
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    if (code < sequence.smallest || code > 0x10ffff || surrogate || is_control(code)) return false;
    at += sequence.length;
  }
  return true;
}

}  // namespace diolkos
