#include "progress.h"

#include <algorithm>
#include <cstdio>

#include <unistd.h>

#include <fmt/format.h>

namespace diolkos::cli {
namespace {

constexpr int kWidth = 30;

std::string remaining(double elapsed_s, std::int64_t done, std::int64_t total) {
  if (done <= 0) return "";
  const auto left = static_cast<int>(elapsed_s / static_cast<double>(done) * static_cast<double>(total - done) + 0.5);
  return fmt::format("  {}:{:02} left", left / 60, left % 60);
}

}  // namespace

ProgressBar::ProgressBar(std::string label)
    : label_(std::move(label)), on_terminal_(::isatty(STDERR_FILENO) == 1), started_(Clock::now()), last_(started_) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::update(std::int64_t done, std::int64_t total, std::string_view note) {
  if (!on_terminal_) return;
  const auto now = Clock::now();
  if (drawn_ && now - last_ < std::chrono::milliseconds(100) && done != total) return;
  last_ = now;
  drawn_ = true;
  std::string line = "\r" + label_ + " ";
  if (total > 0) {
    const double share = std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
    const int filled = static_cast<int>(share * kWidth);
    line += fmt::format("[{:#<{}}{:.<{}}] {:3.0f} %  {}/{}", "", filled, "", kWidth - filled, 100 * share, done, total);
    line += remaining(std::chrono::duration<double>(now - started_).count(), done, total);
  } else {
    line += fmt::format("{}", done);
  }
  if (!note.empty()) line += fmt::format("  {}", note);
  std::fputs((line + "\x1b[K").c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace diolkos::cli
