#include "live/left_behind.h"

#include <thread>

#include <gtest/gtest.h>

namespace diolkos::live {
namespace {

using std::chrono::milliseconds;

TEST(DoneWithin, WaitsForWhatEnds) {
  bool done = false;
  EXPECT_TRUE(done_within(std::chrono::seconds(10), [&] { done = true; }));
  EXPECT_TRUE(done);
  EXPECT_EQ(left_behind, 0);
}

TEST(DoneWithin, LeavesBehindWhatHangs) {
  std::atomic<bool> let_go = false;
  EXPECT_FALSE(done_within(milliseconds(5), [&] {
    while (!let_go) std::this_thread::sleep_for(milliseconds(1));
  }));
  EXPECT_EQ(left_behind, 1);
  let_go = true;
  while (left_behind != 0) std::this_thread::sleep_for(milliseconds(1));
}

}  // namespace
}  // namespace diolkos::live
