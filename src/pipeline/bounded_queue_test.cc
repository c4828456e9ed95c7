#include "pipeline/bounded_queue.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace diolkos::pipeline {
namespace {

TEST(BoundedQueue, KeepsOrderBetweenThreadsAndItsBound) {
  BoundedQueue<int> queue(3);
  std::atomic<int> inside = 0;
  std::thread producer([&] {
    for (int i = 0; i < 5000; ++i) {
      ASSERT_TRUE(queue.push(i));
      ++inside;
    }
    queue.close();
  });
  for (int i = 0; i < 5000; ++i) {
    ASSERT_EQ(queue.pop(), i);
    EXPECT_LE(--inside, 3);
  }
  EXPECT_EQ(queue.pop(), std::nullopt);
  producer.join();
}

TEST(BoundedQueue, ClosingFreesWhoWaits) {
  BoundedQueue<int> full(1), empty(1);
  ASSERT_TRUE(full.push(1));
  std::thread pusher([&] { EXPECT_FALSE(full.push(2)); });
  std::thread popper([&] { EXPECT_EQ(empty.pop(), std::nullopt); });
  full.close();
  empty.close();
  pusher.join();
  popper.join();
  EXPECT_EQ(full.pop(), 1);
  EXPECT_EQ(full.pop(), std::nullopt);
}

}  // namespace
}  // namespace diolkos::pipeline
