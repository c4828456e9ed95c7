// Things that are alike, by their numbers: each is had by one at a time, in the order in which they were asked for.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <numeric>
#include <vector>

namespace diolkos::live {

class Turns {
 public:
  // Numbers 0 to count - 1.
  explicit Turns(std::size_t count) : free_(count) { std::iota(free_.begin(), free_.end(), std::size_t{0}); }

  std::size_t take() {
    std::unique_lock lock(mutex_);
    const std::uint64_t mine = asked_++;
    changed_.wait(lock, [&] { return mine == served_ && !free_.empty(); });
    ++served_;
    const std::size_t number = free_.back();
    free_.pop_back();
    changed_.notify_all();
    return number;
  }
  void give_back(std::size_t number) {
    const std::lock_guard lock(mutex_);
    free_.push_back(number);
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> free_;
  std::uint64_t asked_ = 0, served_ = 0;
};

// Has one of them while it lives.
class Turn {
 public:
  explicit Turn(Turns& of) : of_(of), number_(of.take()) {}
  ~Turn() { of_.give_back(number_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  std::size_t number() const { return number_; }

 private:
  Turns& of_;
  const std::size_t number_;
};

}  // namespace diolkos::live
