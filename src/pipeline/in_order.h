// Threads that took things in order hand them on in that order, whoever is done first.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace diolkos::pipeline {

class InOrder {
 public:
  // Of the thing that is taken; to be asked for in the order in which things are taken.
  std::uint64_t place() {
    const std::lock_guard lock(mutex_);
    return given_++;
  }

  // Once all before it are handed on, by one thread at a time; false, and not handed on, where that cannot be any more.
  template <class HandOn>
  bool in_turn(std::uint64_t place, HandOn hand_on) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return closed_ || place == next_; });
      if (place != next_) return false;
    }
    hand_on();
    const std::lock_guard lock(mutex_);
    ++next_;
    changed_.notify_all();
    return true;
  }

  // A thing was lost on its way: nobody waits for it any more.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t given_ = 0, next_ = 0;
  bool closed_ = false;
};

}  // namespace diolkos::pipeline
