#include "base/cpu_list.h"

#include <sched.h>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/thread_pool.h"

namespace diolkos {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<int> allowed() {
  cpu_set_t set;
  EXPECT_EQ(sched_getaffinity(0, sizeof(set), &set), 0);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < 1024; ++cpu)
    if (CPU_ISSET(static_cast<unsigned>(cpu), &set)) cpus.push_back(cpu);
  return cpus;
}

TEST(CpuList, NumbersAndRanges) {
  const std::vector<int> cpus = allowed();
  const std::string first = std::to_string(cpus.front());
  EXPECT_THAT(*parse_cpus(first), ElementsAre(cpus.front()));
  EXPECT_THAT(*parse_cpus(first + "-" + first), ElementsAre(cpus.front()));
  if (cpus.size() < 2 || cpus[1] != cpus[0] + 1) GTEST_SKIP() << "no two CPUs in a row to run on";
  EXPECT_THAT(*parse_cpus(first + "-" + std::to_string(cpus[1])), ElementsAre(cpus[0], cpus[1]));
  EXPECT_THAT(*parse_cpus(std::to_string(cpus[1]) + "," + first), ElementsAre(cpus[1], cpus[0]));
}

TEST(CpuList, WhatIsNoListIsRefused) {
  for (const char* text :
       {"", ",", "0,", "-", "1-", "-1", "a", "0-", "2-1", "0 1", "0x1", "1024", "99999999999", "0-1024"}) {
    const auto cpus = parse_cpus(text);
    ASSERT_FALSE(cpus) << text;
    EXPECT_THAT(cpus.error().message, HasSubstr("as in 0-3,6")) << text;
  }
  const std::string first = std::to_string(allowed().front());
  EXPECT_THAT(parse_cpus(first + "," + first).error().message, HasSubstr("twice"));
  EXPECT_THAT(parse_cpus("1023").error().message, HasSubstr("may not run on CPU 1023"));
}

TEST(CpuList, AThreadPoolStaysOnItsCpus) {
  const std::vector<int> cpus = allowed();
  ThreadPool pool(2, {cpus.front(), cpus.back()});
  std::vector<int> ran(64, -1);
  for (int round = 0; round < 50; ++round) {
    const PinnedScope pinned(cpus.front());
    pool.parallel_for(64, [&](std::int64_t item, int thread) {
      ran[static_cast<std::size_t>(item)] = sched_getcpu() == (thread == 0 ? cpus.front() : cpus.back()) ? 1 : 0;
    });
    EXPECT_THAT(ran, testing::Each(1));
  }
  EXPECT_EQ(allowed(), cpus);
}

TEST(CpuList, AScopeOfNoCpuChangesNothing) {
  const std::vector<int> cpus = allowed();
  const PinnedScope pinned(std::nullopt);
  EXPECT_EQ(allowed(), cpus);
}

}  // namespace
}  // namespace diolkos
