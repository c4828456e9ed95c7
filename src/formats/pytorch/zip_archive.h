// A zip archive in memory, distrusted: its directory is checked whole before anything is unpacked.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct zip;

namespace diolkos::formats::pytorch {

struct ZipEntry {
  std::string_view name;  // relative, with '/' and no '..'; lives as long as the archive
  std::uint64_t index;
  std::uint64_t size;  // unpacked
};

// Bytes of their own, aligned as a tensor's; null where memory ran out. Never of size 0 inside.
std::shared_ptr<std::byte> allocate_bytes(std::uint64_t size);

class ZipArchive {
 public:
  // `bytes` are borrowed. Refuses encrypted, twice-named and path-traversing entries, unknown compression, and
  // archives that unpack to far more than they are (zip bombs).
  static Result<std::unique_ptr<ZipArchive>> open(std::span<const std::byte> bytes);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  std::span<const ZipEntry> entries() const { return entries_; }
  const ZipEntry* find(std::string_view name) const;
  Result<std::shared_ptr<const std::byte>> read(const ZipEntry& entry) const;  // checked against its CRC

 private:
  explicit ZipArchive(struct zip* archive) : archive_(archive) {}
  Status list(std::uint64_t file_size);
  struct zip* archive_;
  std::vector<ZipEntry> entries_;  // by name
};

}  // namespace diolkos::formats::pytorch
