#include "video/completeness.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

namespace diolkos::video {
namespace {

using Bytes = std::span<const std::byte>;
using Cut = std::optional<std::string>;

// An unsigned number of `count` bytes at `offset`, which must be inside.
std::uint64_t big_endian(Bytes file, std::size_t offset, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | std::to_integer<std::uint64_t>(file[offset + i]);
  return value;
}

std::uint64_t little_endian32(Bytes file, std::size_t offset) {
  std::uint64_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(file[offset + i]);
  return value;
}

bool has(Bytes file, std::size_t offset, std::string_view text) {
  return file.size() >= offset + text.size() && std::memcmp(file.data() + offset, text.data(), text.size()) == 0;
}

std::string printable(Bytes name) {
  std::string text(reinterpret_cast<const char*>(name.data()), name.size());
  for (char& c : text) c = c >= ' ' && c <= '~' ? c : '?';
  return text;
}

Cut ends_late(std::string_view part, std::uint64_t offset, std::uint64_t size, std::size_t file_size) {
  if (size <= file_size - offset) return std::nullopt;
  return fmt::format("its '{}' part at byte {} has {} bytes, of which {} are there", part, offset, size,
                     file_size - offset);
}

// ISO base media (MP4, MOV): boxes of a 32-bit size, a name, and a 64-bit size where the first is 1; 0 is to the end.
Cut cut_boxes(Bytes file) {
  bool has_index = false;
  bool has_data = false;
  for (std::uint64_t offset = 0; file.size() - offset >= 8;) {
    std::uint64_t size = big_endian(file, offset, 4);
    const std::string name = printable(file.subspan(offset + 4, 4));
    has_index = has_index || name == "moov";
    has_data = has_data || name == "mdat";
    if (size == 1) {
      if (file.size() - offset < 16) return "it ends inside a part's header";
      size = big_endian(file, offset + 8, 8);
    }
    if (size == 0) break;
    if (size < 8) return std::nullopt;  // not a box: something was appended
    if (Cut cut = ends_late(name, offset, size, file.size())) return cut;
    offset += size;
  }
  if (has_index && has_data) return std::nullopt;
  return fmt::format("its '{}' part is missing", has_index ? "mdat" : "moov");
}

// RIFF (AVI, WebP): chunks of a name and a 32-bit size; a size of 0 or all ones was never filled in.
Cut cut_riff(Bytes file) {
  std::uint64_t offset = 0;
  while (has(file, offset, "RIFF") && file.size() - offset >= 8) {
    const std::uint64_t size = little_endian32(file, offset + 4);
    if (size == 0 || size == 0xffffffffu) return std::nullopt;
    if (Cut cut = ends_late("RIFF", offset, size + 8, file.size())) return cut;
    offset += 8 + size + size % 2;
    if (offset > file.size()) break;
  }
  return std::nullopt;
}

struct VariableInt {
  std::size_t length = 0;
  std::optional<std::uint64_t> value;  // absent: all ones, "unknown size"
};

// EBML's integer: as many leading zero bits as bytes follow the first.
std::optional<VariableInt> variable_int(Bytes file, std::size_t offset) {
  if (offset >= file.size()) return std::nullopt;
  const auto first = std::to_integer<std::uint32_t>(file[offset]);
  std::size_t length = 1;
  while (length <= 8 && (first & (0x100u >> length)) == 0) ++length;
  if (length > 8 || file.size() - offset < length) return std::nullopt;
  const std::uint64_t mask = (std::uint64_t{1} << (7 * length)) - 1;
  const std::uint64_t value = big_endian(file, offset, length) & mask;
  return VariableInt{length, value == mask ? std::nullopt : std::optional(value)};
}

// Matroska: the EBML header, then one Segment with everything.
Cut cut_matroska(Bytes file) {
  constexpr std::size_t kIdSize = 4;
  const auto header = variable_int(file, kIdSize);
  if (!header || !header->value || *header->value > file.size()) return "it ends inside its header";
  const std::size_t segment = kIdSize + header->length + static_cast<std::size_t>(*header->value);
  if (!has(file, segment, "\x18\x53\x80\x67")) return "its 'Segment' part is missing";
  const auto size = variable_int(file, segment + kIdSize);
  if (!size) return "it ends inside its header";
  if (!size->value) return std::nullopt;
  return ends_late("Segment", segment, kIdSize + size->length + *size->value, file.size());
}

// PNG: chunks of a size, a name, the data and a checksum, up to IEND.
Cut cut_png(Bytes file) {
  for (std::uint64_t offset = 8; file.size() >= offset + 12;) {
    const std::uint64_t size = big_endian(file, offset, 4) + 12;
    if (has(file, offset + 4, "IEND")) return std::nullopt;
    if (Cut cut = ends_late(printable(file.subspan(offset + 4, 4)), offset, size, file.size())) return cut;
    offset += size;
  }
  return "its 'IEND' part is missing";
}

// JPEG: segments FF xx with a 16-bit size up to the first scan; from there FF D9 is the end and nothing else.
Cut cut_jpeg(Bytes file) {
  constexpr std::byte kEscape{0xff};
  constexpr std::uint64_t kScan = 0xda;
  std::size_t offset = 2;
  while (file.size() - offset >= 4 && file[offset] == kEscape) {
    const auto marker = std::to_integer<std::uint64_t>(file[offset + 1]);
    if (marker == kScan) break;
    const bool filling = marker == 0xff;
    const bool bare = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    offset += filling ? 1 : bare ? 2 : 2 + big_endian(file, offset + 2, 2);
    if (offset > file.size()) return "it ends inside its header";
  }
  constexpr std::array kEnd{kEscape, std::byte{0xd9}};
  const auto rest = file.subspan(offset);
  if (std::search(rest.begin(), rest.end(), kEnd.begin(), kEnd.end()) != rest.end()) return std::nullopt;
  return "its end marker is missing";
}

}  // namespace

std::optional<std::string> find_cut(Bytes file) {
  for (const std::string_view box : {"ftyp", "moov", "mdat", "wide", "free", "skip"})
    if (has(file, 4, box)) return cut_boxes(file);
  if (has(file, 0, "RIFF")) return cut_riff(file);
  if (has(file, 0, "\x1a\x45\xdf\xa3")) return cut_matroska(file);
  if (has(file, 0, "\x89PNG\r\n\x1a\n")) return cut_png(file);
  if (has(file, 0, "\xff\xd8\xff")) return cut_jpeg(file);
  return std::nullopt;
}

}  // namespace diolkos::video
