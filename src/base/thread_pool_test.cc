#include "base/thread_pool.h"

#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace diolkos {
namespace {

class ThreadPoolTest : public testing::TestWithParam<int> {};

TEST_P(ThreadPoolTest, RunsEveryItemOnceOnAThreadItHas) {
  ThreadPool pool(GetParam());
  EXPECT_EQ(pool.threads(), GetParam());
  for (std::int64_t count : {0, 1, 2, 3, 7, 64, 1000}) {
    std::vector<int> seen(static_cast<std::size_t>(count), 0);
    std::atomic<bool> thread_in_range{true};
    pool.parallel_for(count, [&](std::int64_t item, int thread) {
      ++seen[static_cast<std::size_t>(item)];
      if (thread < 0 || thread >= pool.threads()) thread_in_range = false;
    });
    EXPECT_TRUE(thread_in_range);
    for (int times : seen) ASSERT_EQ(times, 1);
  }
}

// Thousands of tiny sections in a row, each reading what the one before wrote without a lock.
TEST_P(ThreadPoolTest, SectionsFollowEachOtherInOrder) {
  ThreadPool pool(GetParam());
  std::vector<std::int64_t> values(17, 0);
  for (int round = 0; round < 5000; ++round)
    pool.parallel_for(static_cast<std::int64_t>(values.size()),
                      [&](std::int64_t item, int) { values[static_cast<std::size_t>(item)] += item; });
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], static_cast<std::int64_t>(i) * 5000);
}

TEST_P(ThreadPoolTest, WakesAfterSleeping) {
  ThreadPool pool(GetParam());
  std::atomic<int> sum{0};
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    pool.parallel_for(100, [&](std::int64_t, int) { sum.fetch_add(1, std::memory_order_relaxed); });
  }
  EXPECT_EQ(sum.load(), 500);
}

TEST_P(ThreadPoolTest, EachThreadsScratchIsItsOwn) {
  ThreadPool pool(GetParam());
  std::vector<std::int64_t> sums(static_cast<std::size_t>(pool.threads()), 0);
  pool.parallel_for(20000, [&](std::int64_t item, int thread) { sums[static_cast<std::size_t>(thread)] += item; });
  EXPECT_EQ(std::accumulate(sums.begin(), sums.end(), std::int64_t{0}), std::int64_t{20000} * 19999 / 2);
}

// Whoever has the first item is held up until all others are done.
TEST_P(ThreadPoolTest, OthersHelpAThreadThatIsHeldUp) {
  if (GetParam() == 1) return;
  constexpr std::int64_t kItems = 40;
  ThreadPool pool(GetParam());
  std::atomic<std::int64_t> done{0};
  std::atomic<bool> helped{true};
  pool.parallel_for(kItems, [&](std::int64_t item, int) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (item == 0 && done.load() < kItems - 1 && helped) {
      std::this_thread::yield();
      if (std::chrono::steady_clock::now() > deadline) helped = false;
    }
    ++done;
  });
  EXPECT_TRUE(helped);
}

INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolTest, testing::Values(1, 2, 3, 8));

TEST(ThreadPool, ManyPoolsComeAndGo) {
  for (int i = 0; i < 100; ++i) {
    ThreadPool pool(1 + i % 4);
    std::atomic<int> done{0};
    if (i % 2 == 0) pool.parallel_for(10, [&](std::int64_t, int) { ++done; });
    EXPECT_EQ(done.load(), i % 2 == 0 ? 10 : 0);
  }
}

TEST(ThreadPool, PoolsOfDifferentCallersDoNotMeet) {
  std::atomic<int> failures{0};
  auto use = [&] {
    ThreadPool pool(2);
    for (int round = 0; round < 300; ++round) {
      std::atomic<int> done{0};
      pool.parallel_for(9, [&](std::int64_t, int) { ++done; });
      if (done != 9) ++failures;
    }
  };
  std::thread other(use);
  use();
  other.join();
  EXPECT_EQ(failures.load(), 0);
}

TEST(AvailableThreads, IsAtLeastOneAndNotMoreThanTheMachineHas) {
  EXPECT_GE(available_threads(), 1);
  EXPECT_LE(available_threads(), static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace
}  // namespace diolkos
