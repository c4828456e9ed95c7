// A mutex that is had in the order in which it was asked for.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace diolkos::live {

class FairMutex {
 public:
  void lock() {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = asked_++;
    passed_on_.wait(lock, [&] { return mine == served_; });
  }
  void unlock() {
    const std::lock_guard lock(mutex_);
    ++served_;
    passed_on_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable passed_on_;
  std::uint64_t asked_ = 0, served_ = 0;
};

}  // namespace diolkos::live
