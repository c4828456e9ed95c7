#include "formats/pytorch/zip_directory.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <fmt/format.h>

namespace diolkos::formats::pytorch {
namespace {

constexpr std::uint32_t kEntry = 0x02014b50, kHeader = 0x04034b50, kEnd = 0x06054b50, kEnd64 = 0x06064b50,
                        kLocator64 = 0x07064b50;
constexpr std::size_t kEntrySize = 46, kHeaderSize = 30, kEndSize = 22, kEnd64Size = 56, kLocatorSize = 20;
constexpr std::size_t kLongestComment = 0xffff;
constexpr std::uint16_t kWide = 1;  // the extra field of 64-bit sizes
constexpr std::uint32_t kSeeWide = 0xffffffff;

// Little-endian numbers of a record that is there in full.
class Record {
 public:
  explicit Record(std::span<const std::byte> bytes) : bytes_(bytes) {}
  template <class T>
  T at(std::size_t offset) const {
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }
  std::uint16_t u16(std::size_t offset) const { return at<std::uint16_t>(offset); }
  std::uint32_t u32(std::size_t offset) const { return at<std::uint32_t>(offset); }
  std::uint64_t u64(std::size_t offset) const { return at<std::uint64_t>(offset); }

 private:
  std::span<const std::byte> bytes_;
};

std::optional<std::span<const std::byte>> part(std::span<const std::byte> bytes, std::uint64_t offset,
                                               std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
  return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

std::optional<Record> record(std::span<const std::byte> bytes, std::uint64_t offset, std::size_t size,
                             std::uint32_t signature) {
  const auto found = part(bytes, offset, size);
  if (!found || Record(*found).u32(0) != signature) return std::nullopt;
  return Record(*found);
}

// The end record is the last thing of an archive but for a comment whose length it tells.
std::optional<std::size_t> find_end(std::span<const std::byte> archive) {
  if (archive.size() < kEndSize) return std::nullopt;
  const std::size_t last = archive.size() - kEndSize;
  const std::size_t first = last > kLongestComment ? last - kLongestComment : 0;
  for (std::size_t at = last + 1; at-- > first;)
    if (const auto end = record(archive, at, kEndSize, kEnd); end && at + kEndSize + end->u16(20) == archive.size())
      return at;
  return std::nullopt;
}

struct Directory {
  std::uint64_t offset = 0, size = 0, entries = 0;
};

Result<Directory> find_directory(std::span<const std::byte> archive) {
  const auto at = find_end(archive);
  if (!at) return invalid("it has no end record");
  const Record end(archive.subspan(*at));
  Directory directory{end.u32(16), end.u32(12), end.u16(10)};
  const auto locator =
      *at >= kLocatorSize ? record(archive, *at - kLocatorSize, kLocatorSize, kLocator64) : std::nullopt;
  if (locator) {
    const auto wide = record(archive, locator->u64(8), kEnd64Size, kEnd64);
    if (!wide) return invalid("its 64-bit end record is not where it should be");
    directory = {wide->u64(48), wide->u64(40), wide->u64(32)};
  }
  if (!part(archive.first(*at), directory.offset, directory.size)) return invalid("its directory lies beyond its end");
  return directory;
}

// Sizes and offset that did not fit 32 bits, in this order, each only where the 32-bit field says so.
Status read_wide(std::span<const std::byte> extra, DirectoryEntry& entry) {
  std::uint64_t* const wanted[] = {&entry.size, &entry.packed_size, &entry.header};
  if (std::ranges::none_of(wanted, [](const std::uint64_t* value) { return *value == kSeeWide; })) return {};
  while (extra.size() >= 4) {
    const Record field(extra);
    const auto content = part(extra, 4, field.u16(2));
    if (!content) break;
    if (field.u16(0) == kWide) {
      std::size_t at = 0;
      for (std::uint64_t* value : wanted) {
        if (*value != kSeeWide) continue;
        if (content->size() < at + 8) return invalid("its 64-bit sizes are cut off");
        *value = Record(*content).u64(at);
        at += 8;
      }
      return {};
    }
    extra = extra.subspan(4 + content->size());
  }
  return {};  // of exactly that size
}

}  // namespace

Result<std::vector<DirectoryEntry>> read_zip_directory(std::span<const std::byte> archive, std::uint64_t most) {
  TRY_ASSIGN(const Directory directory, find_directory(archive));
  if (directory.entries > most)
    return invalid(fmt::format("it has {} entries, expected at most {}", directory.entries, most));
  if (directory.entries > directory.size / kEntrySize)
    return invalid(fmt::format("it has {} entries in {} bytes", directory.entries, directory.size));
  auto rest = *part(archive, directory.offset, directory.size);
  std::vector<DirectoryEntry> entries;
  entries.reserve(static_cast<std::size_t>(directory.entries));
  for (std::uint64_t index = 0; index < directory.entries; ++index) {
    const auto fixed = record(rest, 0, kEntrySize, kEntry);
    if (!fixed) return invalid(fmt::format("it is damaged at entry {}", index));
    const std::size_t name = fixed->u16(28), extra = fixed->u16(30), comment = fixed->u16(32);
    const auto whole = part(rest, 0, kEntrySize + name + extra + comment);
    if (!whole) return invalid(fmt::format("it is cut off at entry {}", index));
    DirectoryEntry entry;
    entry.name = {reinterpret_cast<const char*>(rest.data() + kEntrySize), name};
    entry.encrypted = (fixed->u16(8) & 1) != 0;
    entry.packing = fixed->u16(10);
    entry.crc = fixed->u32(16);
    entry.packed_size = fixed->u32(20);
    entry.size = fixed->u32(24);
    entry.header = fixed->u32(42);
    TRY(read_wide(whole->subspan(kEntrySize + name, extra), entry));
    entries.push_back(entry);
    rest = rest.subspan(whole->size());
  }
  return entries;
}

Result<std::span<const std::byte>> packed_bytes(std::span<const std::byte> archive, const DirectoryEntry& entry) {
  const auto header = record(archive, entry.header, kHeaderSize, kHeader);
  if (!header) return invalid("its own header is not where the directory says");
  const std::uint64_t before = kHeaderSize + std::uint64_t{header->u16(26)} + header->u16(28);
  const auto packed = part(archive, entry.header + before, entry.packed_size);
  if (!packed) return invalid("it goes on beyond the archive's end");
  return *packed;
}

}  // namespace diolkos::formats::pytorch
