// Files appear whole or not at all: written beside their place under a temporary name, renamed at commit().
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "base/result.h"

namespace diolkos {

class OutputFile {
 public:
  // Reserves a temporary name in the folder of `path`, with the same extension (encoders choose a format by it).
  // An error where the folder is missing or cannot be written, or `path` is a folder.
  static Result<OutputFile> create(const std::filesystem::path& path);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();  // removes the temporary file unless committed

  const std::filesystem::path& temporary() const { return temporary_; }
  const std::filesystem::path& path() const { return path_; }
  Status commit();  // flushes to the disk, then renames over `path`

 private:
  OutputFile(std::filesystem::path path, std::filesystem::path temporary);
  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty once committed or moved from
};

Status write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
Status write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace diolkos
