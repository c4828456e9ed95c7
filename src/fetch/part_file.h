// The file that a download grows in, locked against other processes, renamed when it is whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"

namespace diolkos::fetch {

class PartFile {
 public:
  // Opens or makes `target`.part and waits for its lock. Where another process has completed `target` meanwhile, a new
  // one is opened: look for `target` once this returns.
  static Result<PartFile> open(const std::filesystem::path& target);

  PartFile(PartFile&& other) noexcept
      : target_(std::move(other.target_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();  // an empty part file is removed, others stay for the next time

  std::uint64_t size() const;
  Status append(std::span<const std::byte> bytes);
  Status clear();
  Result<std::string> sha256() const;  // of all bytes, 64 hex digits
  Status commit();                     // flushes to the disk, then renames to `target`

 private:
  PartFile(std::filesystem::path target, int descriptor) : target_(std::move(target)), descriptor_(descriptor) {}
  std::filesystem::path path() const { return target_.string() + ".part"; }
  bool is_current() const;  // the path still leads to the open file
  Error failed(const char* what) const;

  std::filesystem::path target_;
  int descriptor_;
};

}  // namespace diolkos::fetch
