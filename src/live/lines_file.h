// A file or a pipe that takes whole lines, from several threads.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"

namespace diolkos::live {

class LinesFile {
 public:
  // "-" is standard output; an existing file is continued. Once `stop` is set, a reader who takes nothing is waited for
  // a few seconds only.
  static Result<std::shared_ptr<LinesFile>> open(const std::string& name, const std::string& path,
                                                 const std::atomic<bool>* stop);
  ~LinesFile();
  LinesFile(const LinesFile&) = delete;
  LinesFile& operator=(const LinesFile&) = delete;

  // `line` ends in a newline; it is left empty or with other content, its memory used again. After an error the line is
  // completed before the next one.
  Status write(std::string& line);
  Status finish();  // completes a line that has been begun

 private:
  LinesFile(std::string name, int file, const std::atomic<bool>* stop)
      : name_(std::move(name)), file_(file), stop_(stop) {}
  Status send();

  const std::string name_;
  const int file_;
  const std::atomic<bool>* const stop_;
  std::mutex mutex_;
  std::string line_;
  std::size_t written_ = 0;  // of it
};

}  // namespace diolkos::live
