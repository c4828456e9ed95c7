#include "base/mapped_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace diolkos {
namespace {

struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

}  // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path) {
  Descriptor descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (descriptor.value < 0) return io_failure(fmt::format("{}: cannot open: {}", path.string(), std::strerror(errno)));
  struct stat info {};
  if (::fstat(descriptor.value, &info) != 0)
    return io_failure(fmt::format("{}: cannot read its size: {}", path.string(), std::strerror(errno)));
  if (S_ISDIR(info.st_mode)) return io_failure(fmt::format("{}: is a directory, expected a file", path.string()));
  if (!S_ISREG(info.st_mode)) return io_failure(fmt::format("{}: is not a regular file", path.string()));

  std::shared_ptr<MappedFile> file(new MappedFile);
  file->size_ = static_cast<std::size_t>(info.st_size);
  if (file->size_ == 0) return std::shared_ptr<const MappedFile>(std::move(file));
  void* address = ::mmap(nullptr, file->size_, PROT_READ, MAP_PRIVATE, descriptor.value, 0);
  if (address == MAP_FAILED) return io_failure(fmt::format("{}: cannot map: {}", path.string(), std::strerror(errno)));
  file->data_ = static_cast<const std::byte*>(address);
  return std::shared_ptr<const MappedFile>(std::move(file));
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace diolkos
