#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "measure/bench_record.h"
#include "measure/latency.h"
#include "measure/machine.h"
#include "measure/statistics.h"

namespace diolkos::measure {
namespace {

TEST(Statistics, AgreesWithNumpy) {
  const std::vector<double> samples{4, 1, 3, 2, 10};
  const Summary summary = summarize(samples);
  EXPECT_DOUBLE_EQ(summary.min, 1);
  EXPECT_DOUBLE_EQ(summary.median, 3);
  EXPECT_DOUBLE_EQ(summary.mean, 4);
  EXPECT_DOUBLE_EQ(summary.p90, 7.6);
  EXPECT_DOUBLE_EQ(summary.p99, 9.76);
  EXPECT_DOUBLE_EQ(summary.max, 10);
  EXPECT_NEAR(summary.stddev, 3.5355339059, 1e-9);
}

TEST(Statistics, OfOneSampleAndOfNone) {
  EXPECT_DOUBLE_EQ(summarize(std::vector<double>{7}).p99, 7);
  EXPECT_DOUBLE_EQ(summarize(std::vector<double>{7}).stddev, 0);
  EXPECT_DOUBLE_EQ(summarize({}).median, 0);
}

TEST(Latency, TakesAsManySamplesAsBothBoundsAsk) {
  int steps = 0;
  const auto step = [&]() -> Status {
    ++steps;
    return {};
  };
  LatencyProtocol protocol{.warm_up_ms = 0, .iterations = 25, .duration_ms = 0};
  const auto samples = measure_latency(protocol, step);
  ASSERT_TRUE(samples);
  EXPECT_EQ(samples->samples_ms.size(), 25u);
  EXPECT_EQ(samples->warm_up_steps, 1);
  EXPECT_EQ(steps, 26);
}

TEST(Latency, StopsAtTheFirstFailure) {
  int steps = 0;
  const auto step = [&]() -> Status {
    if (++steps == 5) return io_failure("the device went away");
    return {};
  };
  const auto samples = measure_latency({.warm_up_ms = 0}, step);
  ASSERT_FALSE(samples);
  EXPECT_EQ(samples.error().message, "the device went away");
  EXPECT_EQ(steps, 5);
}

TEST(Machine, IsDescribed) {
  const Machine machine = describe_machine();
  EXPECT_FALSE(machine.cpu.empty());
  EXPECT_GE(machine.threads, 1);
  EXPECT_GT(machine.memory_mb, 0u);
  EXPECT_GT(peak_rss_mb(), 1);
}

TEST(BenchRecord, IsOneJsonDocumentWithEveryField) {
  BenchRecord record;
  record.model.name = "bad \xff utf-8.pth";
  record.latency.samples_ms = {1, 2, 3};
  const auto document = nlohmann::json::parse(to_json(record));
  EXPECT_EQ(document["schema"], "diolkos.bench/2");
  for (const char* key : {"model", "runtime", "precision", "threads", "latency_ms", "fps", "load_ms",
                          "first_inference_ms", "peak_rss_mb", "samples_ms", "machine"})
    EXPECT_TRUE(document.contains(key)) << key;
  for (const char* key : {"min", "median", "mean", "p90", "p95", "p99", "stddev"})
    EXPECT_TRUE(document["latency_ms"].contains(key)) << key;
  EXPECT_DOUBLE_EQ(document["fps"], 500);
}

TEST(Layers, AreMediansWithSharesOfPeakAndTime) {
  const auto run = [](double a, double b) {
    return std::vector<Layer>{{"a", "conv2d", "F(4,3) 1.00, direct 2.00 Mcycles", 1'000'000, a},
                              {"b", "copy", "", 0, b}};
  };
  const std::vector<std::vector<Layer>> runs{run(1, 9), run(50, 3), run(2, 2)};
  LayerTimes times = median_of(runs);
  ASSERT_EQ(times.layers.size(), 2u);
  EXPECT_DOUBLE_EQ(times.layers[0].milliseconds, 2);
  EXPECT_DOUBLE_EQ(times.layers[1].milliseconds, 3);
  EXPECT_DOUBLE_EQ(times.share_of_time(times.layers[0]), 0.4);
  EXPECT_DOUBLE_EQ(times.share_of_peak(times.layers[0]), 0);  // not measured
  times.peak_gflops = 4;
  EXPECT_DOUBLE_EQ(times.share_of_peak(times.layers[0]), 0.25);
  EXPECT_NE(to_text(times).find("F(4,3) 1.00, direct 2.00"), std::string::npos);
  BenchRecord record;
  EXPECT_FALSE(nlohmann::json::parse(to_json(record)).contains("layers"));
  record.layers = times;
  const auto document = nlohmann::json::parse(to_json(record));
  EXPECT_DOUBLE_EQ(document["peak_gflops"], 4);
  EXPECT_DOUBLE_EQ(document["layers"][0]["share_of_peak"], 0.25);
  EXPECT_EQ(document["layers"][1]["kernel"], "copy");
}

TEST(Layers, OfNoRunAreNone) { EXPECT_TRUE(median_of({}).layers.empty()); }

}  // namespace
}  // namespace diolkos::measure
