#include "fetch/part_file.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/log.h"
#include "base/sha256.h"

namespace diolkos::fetch {

Result<PartFile> PartFile::open(const std::filesystem::path& target) {
  while (true) {
    PartFile file(target, -1);
    file.descriptor_ = ::open(file.path().c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file.descriptor_ < 0) return failure(file.failed("cannot write"));
    if (::flock(file.descriptor_, LOCK_EX | LOCK_NB) != 0) {
      log::note(fmt::format("another process is downloading {}; waiting for it", target.string()));
      if (::flock(file.descriptor_, LOCK_EX) != 0) return failure(file.failed("cannot lock"));
    }
    if (file.is_current()) return file;
  }
}

PartFile::~PartFile() {
  if (descriptor_ < 0) return;
  if (size() == 0 && is_current()) ::unlink(path().c_str());
  ::close(descriptor_);
}

bool PartFile::is_current() const {
  struct stat opened {
  }, named{};
  return ::fstat(descriptor_, &opened) == 0 && ::stat(path().c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

Error PartFile::failed(const char* what) const {
  return {ErrorCode::io, fmt::format("{}: {}: {}", path().string(), what, std::strerror(errno))};
}

std::uint64_t PartFile::size() const {
  struct stat info {};
  return ::fstat(descriptor_, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

Status PartFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure(failed("cannot write"));
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status PartFile::clear() {
  if (::ftruncate(descriptor_, 0) != 0) return failure(failed("cannot write"));
  return {};
}

Result<std::string> PartFile::sha256() const {
  Sha256 digest;
  std::vector<std::byte> block(std::size_t{1} << 20);
  for (off_t offset = 0;;) {
    const ssize_t got = ::pread(descriptor_, block.data(), block.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(failed("cannot read"));
    if (got == 0) return digest.hex();
    digest.update(std::span(block).first(static_cast<std::size_t>(got)));
    offset += got;
  }
}

Status PartFile::commit() {
  if (::fsync(descriptor_) != 0) return failure(failed("cannot write"));
  if (::rename(path().c_str(), target_.c_str()) != 0) return failure(failed("cannot rename"));
  return {};
}

}  // namespace diolkos::fetch
