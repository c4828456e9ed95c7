#include "live/lines_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace diolkos::live {
namespace {

constexpr int kTickMs = 100;
constexpr int kLastTicks = 20;        // what a reader gets to take the rest, once the run is to stop
constexpr std::size_t kPiece = 4096;  // poll() promises room in a pipe for so much (PIPE_BUF)

}  // namespace

Result<std::shared_ptr<LinesFile>> LinesFile::open(const std::string& name, const std::string& path,
                                                   const std::atomic<bool>* stop) {
  const int file =
      path == "-" ? STDOUT_FILENO : ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return io_failure(fmt::format("{}: {}", path, std::strerror(errno)));
  return std::shared_ptr<LinesFile>(new LinesFile(name, file, stop));
}

LinesFile::~LinesFile() {
  if (file_ != STDOUT_FILENO) ::close(file_);
}

Status LinesFile::write(std::string& line) {
  const std::lock_guard lock(mutex_);
  TRY(send());  // what a full disk has cut
  std::swap(line_, line);
  written_ = 0;
  return send();
}

Status LinesFile::finish() {
  const std::lock_guard lock(mutex_);
  return send();
}

Status LinesFile::send() {
  for (int ticks = 0; written_ < line_.size();) {
    pollfd ready{file_, POLLOUT, 0};
    if (::poll(&ready, 1, kTickMs) == 0) {
      if (stop_ == nullptr || !*stop_ || ++ticks < kLastTicks) continue;
      return io_failure(fmt::format("{}: nobody takes the last lines", name_));
    }
    const ssize_t done = ::write(file_, line_.data() + written_, std::min(line_.size() - written_, kPiece));
    if (done < 0 && errno != EINTR && errno != EAGAIN)
      return io_failure(fmt::format("{}: {}", name_, std::strerror(errno)));
    if (done > 0) written_ += static_cast<std::size_t>(done);
  }
  return {};
}

}  // namespace diolkos::live
