#include <filesystem>
#include <fstream>
#include <random>

#include <gmock/gmock.h>

#include "measure/bootstrap.h"
#include "measure/conditions.h"
#include "measure/latency.h"
#include "measure/verdict.h"
#include "support/temporary_folder.h"

namespace diolkos::measure {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

std::vector<double> samples_around(double centre, double spread, int count, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(centre, spread);
  std::vector<double> samples;
  for (int i = 0; i < count; ++i) samples.push_back(normal(random));
  return samples;
}

TEST(Verdict, TellsStableNoisyAndThrottled) {
  const auto quiet = samples_around(10, 0.1, 60);
  EXPECT_EQ(judge(quiet, {}, {}, 2).stability, Stability::stable);
  EXPECT_EQ(judge(quiet, {}, {.others = 0.15}, 2).stability, Stability::stable);
  EXPECT_EQ(judge(quiet, {}, {.others = 0.9}, 2).stability, Stability::noisy);  // a busy process beside it
  EXPECT_THAT(judge(quiet, {}, {.others = 0.9}, 2).reason, HasSubstr("0.90 processors"));
  EXPECT_EQ(judge(samples_around(10, 4, 60), {}, {}, 2).stability, Stability::noisy);
  EXPECT_EQ(judge(std::vector<double>{1, 1}, {}, {}, 2).stability, Stability::noisy);
  EXPECT_EQ(judge(quiet, {}, {.throttlings = 3}, 2).stability, Stability::throttled);

  std::vector<double> slower = samples_around(10, 0.1, 30);
  for (double sample : samples_around(12, 0.1, 30)) slower.push_back(sample);
  EXPECT_EQ(judge(slower, {}, {.frequency_before_mhz = 3000, .frequency_after_mhz = 2400}, 2).stability,
            Stability::throttled);
  EXPECT_EQ(judge(quiet, {}, {.frequency_before_mhz = 3000, .frequency_after_mhz = 2400}, 2).stability,
            Stability::stable);
}

TEST(Bootstrap, IntervalsOfTheSameThingOverlap) {
  int overlapping = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    const Interval a = bootstrap_median_of_series(samples_around(10, 0.5, 80, 2 * seed));
    const Interval b = bootstrap_median_of_series(samples_around(10, 0.5, 80, 2 * seed + 1));
    EXPECT_LT(a.low, a.high);
    overlapping += a.overlaps(b);
  }
  EXPECT_GE(overlapping, 18);
  EXPECT_FALSE(bootstrap_median_of_series(samples_around(10, 0.1, 50))
                   .overlaps(bootstrap_median_of_series(samples_around(11, 0.1, 50))));
}

TEST(Bootstrap, IsTheSameEverywhereAndOfNothingIsNought) {
  const auto samples = samples_around(10, 0.5, 30);
  EXPECT_EQ(bootstrap_median_of_series(samples).low, bootstrap_median_of_series(samples).low);
  EXPECT_EQ(bootstrap_median_of_series({}).high, 0);
  EXPECT_EQ(bootstrap(0, [](std::span<const std::uint32_t>) { return 1.0; }).high, 0);
  const Interval one = bootstrap_median_of_series(std::vector<double>{7});
  EXPECT_EQ(one.low, 7);
  EXPECT_EQ(one.high, 7);
}

class ConditionsOfATree : public ::testing::Test {
 protected:
  void put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text << "\n";
  }
  TemporaryFolder root_;
};

TEST_F(ConditionsOfATree, ReadsWhatTheMachineHas) {
  put("proc/stat", "cpu  100 0 50 1000 5 0 0 10 0 0");
  put("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "3000000");
  put("sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "2000000");
  put("sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "4");
  put("sys/class/thermal/thermal_zone0/temp", "41000");
  put("sys/class/thermal/thermal_zone1/temp", "55500");
  put("sys/class/powercap/intel-rapl:0/energy_uj", "1000000");
  put("sys/class/powercap/intel-rapl:0:0/energy_uj", "999");
  Reading before = read_conditions(root_.path());
  EXPECT_DOUBLE_EQ(before.frequency_mhz.value(), 2500);
  EXPECT_DOUBLE_EQ(before.temperature_c.value(), 55.5);
  EXPECT_EQ(before.throttlings, 4);
  EXPECT_DOUBLE_EQ(before.energy_j.value(), 1);

  Reading after = before;
  after.at_ms += 2000;
  *after.processor_ms += 3000;
  after.own_processor_ms += 1000;
  *after.energy_j += 30;
  *after.throttlings += 1;
  const Conditions conditions = between(before, after);
  EXPECT_DOUBLE_EQ(conditions.others.value(), 1);  // 2 of the 3 seconds of processors in 2 seconds
  EXPECT_DOUBLE_EQ(conditions.power_w.value(), 15);
  EXPECT_EQ(conditions.throttlings, 1);
}

TEST_F(ConditionsOfATree, OfABareMachineAreAbsent) {
  const Reading reading = read_conditions(root_.path());
  EXPECT_FALSE(reading.processor_ms || reading.frequency_mhz || reading.temperature_c || reading.energy_j);
  EXPECT_FALSE(between(reading, reading).others);
}

TEST(Interleaved, EveryContenderHasItsTurnInEveryRound) {
  std::string order;
  std::vector<Contender> contenders(3);
  contenders[0].step = [&]() -> Status {
    order += 'a';
    return {};
  };
  contenders[1].step = [&]() -> Status {
    order += 'b';
    return {};
  };
  contenders[2].step = []() -> Status { return io_failure("broke"); };
  int turns = 0;
  measure_interleaved({.warm_up_ms = 0, .iterations = 7, .duration_ms = 0}, 3, contenders, [&](int, int) { ++turns; });
  EXPECT_EQ(order,
            "ab"
            "aaaabbbb"
            "aaabbb"
            "aaabbb");  // a step that is not timed, and 3, 2, 2 that are
  EXPECT_EQ(contenders[0].samples.samples_ms.size(), 7u);
  EXPECT_EQ(contenders[2].status.error().message, "broke");
  EXPECT_EQ(turns, 9);
}

}  // namespace
}  // namespace diolkos::measure
