// Things that are lent and come back; the one that came back last is lent first, since caches and memory know it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

namespace diolkos::live {

template <class T>
class Pool {
 public:
  void add(T* thing) {
    const std::lock_guard lock(mutex_);
    free_.push_back(thing);
    came_back_.notify_one();
  }

  // Waits until one is there; null once closed.
  T* take() {
    std::unique_lock lock(mutex_);
    came_back_.wait(lock, [&] { return closed_ || !free_.empty(); });
    if (closed_) return nullptr;
    T* const thing = free_.back();
    free_.pop_back();
    return thing;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    came_back_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_back_;
  std::vector<T*> free_;
  bool closed_ = false;
};

}  // namespace diolkos::live
