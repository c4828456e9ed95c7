// A zip archive in memory, distrusted: its directory is checked whole before anything is unpacked.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/pytorch/zip_directory.h"

namespace diolkos::formats::pytorch {

using ZipEntry = DirectoryEntry;  // names are relative, with '/' and no '..'

class ZipArchive {
 public:
  // `bytes` are borrowed for as long as the archive lives. Refuses encrypted, twice-named and path-traversing entries,
  // unknown compression, and archives that unpack to far more than they are (zip bombs).
  static Result<std::unique_ptr<ZipArchive>> open(std::span<const std::byte> bytes);

  std::span<const ZipEntry> entries() const { return entries_; }
  const ZipEntry* find(std::string_view name) const;
  Result<std::shared_ptr<const std::byte>> read(const ZipEntry& entry) const;  // checked against its CRC

 private:
  explicit ZipArchive(std::span<const std::byte> bytes) : bytes_(bytes) {}
  Status list(std::vector<DirectoryEntry> directory);
  std::span<const std::byte> bytes_;
  std::vector<ZipEntry> entries_;  // by name
};

}  // namespace diolkos::formats::pytorch
