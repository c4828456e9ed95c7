#include "measure/starts.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>

#include "measure/statistics.h"
#include "measure/verdict.h"

namespace diolkos::measure {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Series {
  std::vector<double> samples;
  std::vector<Start> starts;

  Interval interval() const { return median_interval(samples, starts); }
  void add(const std::vector<double>& more) {
    samples.insert(samples.end(), more.begin(), more.end());
    starts.push_back({more.size(), 0, 0});
  }
};

// A machine whose starts differ by `between` of the median, on which samples vary by `within` and follow each other
// with correlation 0.5, and whose speed falls to 1 / `slower` and back with chance `change` at each sample.
struct Simulated {
  double median = 33, between = 0, within = 0.01, slower = 1, change = 0;
  bool slow = false;

  Series measure(std::mt19937& random, int starts = 5, int samples = 18) {
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    Series series;
    for (int start = 0; start < starts; ++start) {
      const double offset = between * normal(random);
      double noise = normal(random);
      std::vector<double> times;
      for (int i = 0; i < samples; ++i) {
        slow ^= uniform(random) < change;
        noise = 0.5 * noise + std::sqrt(0.75) * normal(random);
        times.push_back(median * (1 + offset + within * noise) * (slow ? slower : 1));
      }
      series.add(times);
    }
    return series;
  }
};

TEST(MedianInterval, HoldsTheMedianWhereStartsDiffer) {
  constexpr int kTimes = 120;
  const double wanted = 0.95 * kTimes - 2 * std::sqrt(0.95 * 0.05 * kTimes);  // less what chance takes
  for (const double between : {0.0, 0.01, 0.03})
    for (const int starts : {2, 3, 5}) {
      std::mt19937 random(7);
      Simulated machine{.between = between};
      int holds = 0;
      for (int i = 0; i < kTimes; ++i) {
        const Interval interval = machine.measure(random, starts).interval();
        holds += interval.low <= machine.median && machine.median <= interval.high;
      }
      EXPECT_GE(holds, wanted) << starts << " starts that differ by " << between;
    }
}

TEST(MedianInterval, OfOneStartDoesNotHoldItThere) {  // which is why there are several
  std::mt19937 random(7);
  Simulated machine{.between = 0.02};
  int holds = 0;
  for (int i = 0; i < 100; ++i) {
    const Interval interval = machine.measure(random, 1, 90).interval();
    holds += interval.low <= machine.median && machine.median <= interval.high;
  }
  EXPECT_LT(holds, 60);
}

// Speeds that last from half a start to three measurements.
TEST(MedianInterval, OfTheSameThingTwiceOverlapsOnAMachineOfTwoSpeeds) {
  constexpr int kPairs = 60;
  for (const double change : {1.0 / 9, 1.0 / 45, 1.0 / 90, 1.0 / 300}) {
    std::mt19937 random(11);
    Simulated machine{.between = 0.005, .slower = 1.4, .change = change};
    int overlapping = 0;
    for (int i = 0; i < kPairs; ++i) {
      const Interval first = machine.measure(random).interval();
      overlapping += first.overlaps(machine.measure(random).interval());
    }
    EXPECT_GE(overlapping, 0.9 * kPairs) << "changes of speed " << change;
  }
}

TEST(MedianInterval, TellsApartWhatIsDifferent) {
  std::mt19937 random(3);
  int apart = 0;
  for (int i = 0; i < 100; ++i) {
    const Interval fast = Simulated{.median = 33, .between = 0.005}.measure(random).interval();
    apart += !fast.overlaps(Simulated{.median = 35, .between = 0.005}.measure(random).interval());
  }
  EXPECT_GE(apart, 95);
}

TEST(MedianInterval, IsNeverFinerThanHalfAPercentAndHoldsItsMedian) {
  Series series;
  for (int start = 0; start < 5; ++start) series.add(std::vector<double>(9, 100.0));
  EXPECT_DOUBLE_EQ(series.interval().low, 99.5);
  EXPECT_DOUBLE_EQ(series.interval().high, 100.5);
  Series uneven;
  for (int start = 0; start < 4; ++start) uneven.add(std::vector<double>(2, 10.0));
  uneven.add(std::vector<double>(99, 20.0));
  EXPECT_LE(uneven.interval().low, 10);
  EXPECT_GE(uneven.interval().high, summarize(uneven.samples).median);
  EXPECT_EQ(median_interval({}, {}).high, 0);
}

TEST(MediansOfStarts, FollowTheSeries) {
  const std::vector<double> samples{1, 2, 3, 10, 20};
  EXPECT_THAT(medians_of_starts(samples, std::vector<Start>{{3, 0, 0}, {0, 0, 0}, {2, 0, 0}}), ElementsAre(2, 15));
  EXPECT_THAT(medians_of_starts(samples, {}), ElementsAre(3));
  EXPECT_THAT(medians_of_starts(samples, std::vector<Start>{{4, 0, 0}, {9, 0, 0}}), ElementsAre(2.5, 20));
  EXPECT_TRUE(medians_of_starts({}, {}).empty());
}

TEST(Verdict, IsNoisyWhereStartsDiffer) {
  Series series;
  for (int start = 0; start < 5; ++start) series.add(std::vector<double>(12, start == 3 ? 46.0 : 33.0));
  const Verdict verdict = judge(series.samples, series.starts, {}, 2);
  EXPECT_EQ(verdict.stability, Stability::noisy);
  EXPECT_THAT(verdict.reason, HasSubstr("5 starts took 33.00 to 46.00 ms"));
}

TEST(Shares, AddUpToTheProtocol) {
  LatencyProtocol left{.iterations = 8, .duration_ms = 3000};
  std::vector<int> iterations;
  double duration = 0;
  for (int parts = 5; parts > 0; --parts) {
    const LatencyProtocol share = take_share(left, parts);
    iterations.push_back(share.iterations);
    duration += share.duration_ms;
  }
  EXPECT_THAT(iterations, ElementsAre(2, 2, 2, 1, 1));
  EXPECT_DOUBLE_EQ(duration, 3000);
  EXPECT_EQ(left.iterations, 0);
}

TEST(ParseStarts, TakesRowsOfBothFormsAndDistrustsThem) {
  const auto one = parse_starts("a", R"({"samples_ms": [1, 2], "load_ms": 3, "first_inference_ms": 4})");
  ASSERT_TRUE(one);
  ASSERT_EQ(one->size(), 1u);
  EXPECT_EQ((*one)[0].start.samples, 2u);
  EXPECT_EQ((*one)[0].start.first_ms, 4);
  const auto rows = parse_starts("a", R"({"rows": [{"missing": "no GPU"}]})");
  ASSERT_TRUE(rows);
  EXPECT_EQ((*rows)[0].missing, "no GPU");
  for (const char* bad : {"", "{", "[]", "{}", R"({"rows": 3})", R"({"samples_ms": ["x"], "load_ms": 3})"})
    EXPECT_FALSE(parse_starts("a", bad)) << bad;
}

}  // namespace
}  // namespace diolkos::measure
