#include "pipeline/in_order.h"

#include <atomic>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace diolkos::pipeline {
namespace {

TEST(InOrder, WhoeverIsDoneFirst) {
  InOrder order;
  std::mutex taking;
  int taken = 0;
  std::vector<int> handed_on;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      std::mt19937 random(i);
      for (;;) {
        std::unique_lock lock(taking);
        if (taken == 400) return;
        const int thing = taken++;
        const std::uint64_t place = order.place();
        lock.unlock();
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 200));
        order.in_turn(place, [&] { handed_on.push_back(thing); });
      }
    });
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(handed_on.size(), 400u);
  for (int i = 0; i < 400; ++i) EXPECT_EQ(handed_on[static_cast<std::size_t>(i)], i);
}

TEST(InOrder, ClosedKeepsNobodyAndHandsOnNothingMore) {
  InOrder order;
  order.place();  // and lost
  std::atomic<int> handed_on = 0;
  std::vector<std::thread> waiting;
  for (int i = 0; i < 3; ++i)
    waiting.emplace_back([&, place = order.place()] { EXPECT_FALSE(order.in_turn(place, [&] { ++handed_on; })); });
  order.close();
  for (std::thread& thread : waiting) thread.join();
  EXPECT_EQ(handed_on, 0);
}

}  // namespace
}  // namespace diolkos::pipeline
