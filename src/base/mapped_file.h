// A file's bytes, mapped read-only. Tensors may keep the mapping alive by holding `bytes()` of a shared one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace diolkos {

class MappedFile {
 public:
  // An error that names the path: missing, a directory, unreadable. An empty file maps to an empty span.
  static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  MappedFile() = default;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

// Shares the ownership of `file` with a pointer into it: the owner of a Tensor::view.
inline std::shared_ptr<const std::byte> bytes_at(std::shared_ptr<const MappedFile> file, std::size_t offset) {
  const std::byte* address = file->bytes().data() + offset;
  return {std::move(file), address};
}

}  // namespace diolkos
