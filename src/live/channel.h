// Hands things from one thread to the next, in order. Where it is full, either the sender waits (every frame counts) or
// the oldest thing waiting gives way to the newest (the latest wins). No allocation after construction.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace diolkos::live {

enum class WhenFull { wait, replace_oldest };

template <class T>
class Channel {
 public:
  Channel(std::size_t capacity, WhenFull when_full) : slots_(capacity), when_full_(when_full) {}

  // Gives back what found no place: the oldest, or the item itself where the channel is closed.
  std::optional<T> push(T item) {
    std::unique_lock lock(mutex_);
    if (when_full_ == WhenFull::wait) changed_.wait(lock, [&] { return closed_ || count_ < slots_.size(); });
    if (closed_) return item;
    std::optional<T> displaced;
    if (count_ == slots_.size()) displaced = take();
    slots_[(first_ + count_++) % slots_.size()] = std::move(item);
    changed_.notify_all();
    return displaced;
  }

  // Waits for an item; nothing once the channel is closed and empty.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || count_ > 0; });
    return pop_locked();
  }

  // Waits until an item is there, and leaves it there: a newer one may still take its place. False once the channel is
  // closed and empty.
  bool await() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || count_ > 0; });
    return count_ > 0;
  }

  // Nothing where none waits.
  std::optional<T> try_pop() {
    const std::lock_guard lock(mutex_);
    return pop_locked();
  }

  // No more items come in; those inside can still be taken.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::optional<T> pop_locked() {
    if (count_ == 0) return std::nullopt;
    std::optional<T> item(take());
    changed_.notify_all();
    return item;
  }

  T take() {
    T item = std::move(slots_[first_]);
    first_ = (first_ + 1) % slots_.size();
    --count_;
    return item;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> slots_;
  std::size_t first_ = 0, count_ = 0;
  bool closed_ = false;
  const WhenFull when_full_;
};

}  // namespace diolkos::live
