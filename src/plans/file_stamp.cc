#include "plans/file_stamp.h"

#include <sys/stat.h>

#include <fmt/format.h>

namespace diolkos::plans {

std::optional<std::string> stamp_of(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return fmt::format("{}:{}:{}:{}.{:09}:{}.{:09}", info.st_size, info.st_dev, info.st_ino, info.st_mtim.tv_sec,
                     info.st_mtim.tv_nsec, info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
}

}  // namespace diolkos::plans
