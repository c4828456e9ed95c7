// Threads that hang in a library. Nobody waits for them: they are left behind, and end when their library lets them.
// The process must not run its destructors while there are any.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>

namespace diolkos::live {

inline std::atomic<int> left_behind = 0;

// Does the work in a thread of its own. False where that is left behind, since the work takes longer.
bool done_within(std::chrono::milliseconds patience, std::function<void()> work);

}  // namespace diolkos::live
