#include "live/left_behind.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace diolkos::live {
namespace {

struct Work {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false, abandoned = false;
};

}  // namespace

bool done_within(std::chrono::milliseconds patience, std::function<void()> work) {
  const auto state = std::make_shared<Work>();
  std::thread([state, work = std::move(work)]() mutable {
    work();
    work = nullptr;  // what it holds goes here as well
    const std::lock_guard lock(state->mutex);
    state->done = true;
    left_behind -= state->abandoned;
    state->changed.notify_all();
  }).detach();
  std::unique_lock lock(state->mutex);
  if (state->changed.wait_for(lock, patience, [&] { return state->done; })) return true;
  state->abandoned = true;
  ++left_behind;
  return false;
}

}  // namespace diolkos::live
