#include "base/output_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace diolkos {

namespace fs = std::filesystem;

Result<OutputFile> OutputFile::create(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    return io_failure(fmt::format("{}: is a directory, expected a file name to write", path.string()));
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const std::string extension = path.extension().string();
  std::string pattern = (folder / fmt::format(".{}.XXXXXX{}", path.stem().string(), extension)).string();
  const int descriptor = ::mkstemps(pattern.data(), static_cast<int>(extension.size()));
  if (descriptor < 0) return io_failure(fmt::format("{}: cannot write: {}", path.string(), std::strerror(errno)));
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(descriptor, 0666 & ~mask);
  ::close(descriptor);
  return OutputFile(path, pattern);
}

OutputFile::OutputFile(fs::path path, fs::path temporary) : path_(std::move(path)), temporary_(std::move(temporary)) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})) {}

OutputFile::~OutputFile() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove(temporary_, ignored);
}

Status OutputFile::commit() {
  const int descriptor = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 || ::fsync(descriptor) != 0) {
    const int reason = errno;
    if (descriptor >= 0) ::close(descriptor);
    return io_failure(fmt::format("{}: cannot write: {}", path_.string(), std::strerror(reason)));
  }
  ::close(descriptor);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0)
    return io_failure(fmt::format("{}: cannot write: {}", path_.string(), std::strerror(errno)));
  temporary_.clear();
  return {};
}

Status write_file(const fs::path& path, std::span<const std::byte> bytes) {
  TRY_ASSIGN(OutputFile output, OutputFile::create(path));
  std::ofstream stream(output.temporary(), std::ios::binary | std::ios::trunc);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) return io_failure(fmt::format("{}: cannot write: {}", path.string(), std::strerror(errno)));
  return output.commit();
}

Status write_file(const fs::path& path, std::string_view text) {
  return write_file(path, std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace diolkos
