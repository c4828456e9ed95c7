// The directory at the end of a zip archive (PKWARE's APPNOTE 4.3), with 64-bit sizes where the archive has them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace diolkos::formats::pytorch {

enum class Packing : std::uint16_t { stored = 0, deflated = 8 };

// As the directory says; nothing is checked but that it lies within the archive.
struct DirectoryEntry {
  std::string_view name;  // into the archive's bytes
  std::uint16_t packing = 0;
  bool encrypted = false;
  std::uint32_t crc = 0;
  std::uint64_t packed_size = 0;
  std::uint64_t size = 0;
  std::uint64_t header = 0;  // where the entry's own header lies
};

// Errors say why the directory cannot be read. More than `most` entries are one.
Result<std::vector<DirectoryEntry>> read_zip_directory(std::span<const std::byte> archive, std::uint64_t most);

// An entry's packed bytes, behind its own header.
Result<std::span<const std::byte>> packed_bytes(std::span<const std::byte> archive, const DirectoryEntry& entry);

}  // namespace diolkos::formats::pytorch
