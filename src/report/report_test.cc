#include <gmock/gmock.h>

#include "report/bar_chart.h"
#include "report/escape.h"
#include "report/page.h"
#include "report/results.h"
#include "report/scatter_chart.h"
#include "report/sections.h"

namespace diolkos::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kBench = R"({"schema": "diolkos.bench/1", "model": {"name": "/m/<script>alert(1)</script>.onnx",
  "sha256": "abc"}, "runtime": "native", "precision": "fp32", "threads": 2, "latency_ms": {"median": 40, "p90": 42},
  "median_interval_ms": [39, 41], "verdict": {"stability": "noisy", "reason": "a & b"},
  "layers": [{"name": "conv\"1", "kernel": "k", "ms": 3, "share_of_time": 0.1, "gflops": 50}],
  "machine": {"name": "", "cpu": "A|B", "features": ["avx2"], "threads": 2, "memory_mb": 1024, "system": "Linux"}})";
constexpr const char* kEval = R"({"schema": "diolkos.eval/1", "model": {"name": "m.onnx", "sha256": "abc"},
  "runtime": "native", "precision": "fp32", "miou": 0.7, "miou_interval": [0.6, 0.8], "pixel_accuracy": 0.9, "count": 5,
  "protocol": {"images": "voc", "input": "1x3x8x8"}})";

std::string page() {
  Results results;
  EXPECT_TRUE(add("bench.json", kBench, results));
  EXPECT_TRUE(add("eval.json", kEval, results));
  EXPECT_TRUE(add("table.json",
                  R"({"schema": "diolkos.bench_table/1", "rows": [{"label": "TensorRT", "missing": "no GPU"}]})",
                  results));
  EXPECT_TRUE(add("run.json", R"({"schema": "diolkos.run/1", "model": "m", "stages_ms": {"decode": {"median": 1},
    "preprocess": {"median": 2}, "inference": {"median": 30}, "postprocess": {"median": 4}, "draw": {}, "encode": {},
    "whole": {"median": 37}}})",
                  results));
  return to_html("A <b> report", sections_of(results), results.files);
}

TEST(Escape, LeavesNothingToActOn) {
  EXPECT_EQ(html("<a href=\"x\">&'\n\x01é\xff"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;  é?");
  EXPECT_EQ(markdown("a|b\n<i>*c*"), "a\\|b &lt;i>\\*c\\*");
  EXPECT_EQ(html("\xf0\x9f\x90"), "???");  // a character that is cut
}

TEST(Page, HoldsEverySectionAndNoForeignMarkup) {
  const std::string text = page();
  EXPECT_THAT(text, AllOf(HasSubstr("Frames a second"), HasSubstr("Post-processing"),
                          HasSubstr("Speed against accuracy"), HasSubstr("Where a frame"), HasSubstr("Slowest layers"),
                          HasSubstr("Machines"), HasSubstr("not measured: no GPU")));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("<script>alert")), Not(HasSubstr("<b>")), Not(HasSubstr("nan")),
                          Not(HasSubstr("inf\"")), Not(HasSubstr("href=\"http"))));
  EXPECT_THAT(text, HasSubstr("70.00"));
}

TEST(Page, ShowsAgreementFlickerErrorsAndWhatQueueingClaims) {
  Results results;
  ASSERT_TRUE(add("apart.json", R"({"schema": "diolkos.bench_table/1", "rows": [
    {"label": "GPU", "model": {"name": "m", "input": "1x3x8x8", "multiply_adds": 2e9}, "latency_ms": {"median": 40},
     "asynchronous": {"submit_median_ms": 0.5, "times_too_fast": 80}, "machine": {"cpu": "C"}},
    {"label": "NPU", "missing": "no board"}]})", results));
  const std::string eval = kEval;
  ASSERT_TRUE(add("eval.json",
                  "{\"schema\": \"diolkos.eval_table/1\", \"agreement\": [[1, 0.987, null], [0.987, 1, null], "
                  "[null, null, null]], \"rows\": [" +
                      eval + "," + eval + ", {\"label\": \"x\", \"missing\": \"y\"}]}",
                  results));
  ASSERT_TRUE(add("video.json", R"({"schema": "diolkos.eval_video/1", "video": "a/walk.mp4", "rows": [
    {"label": "native", "flicker": 0.01234, "flicker_of_things": null, "per_frame": [0.02, 0.03]}]})", results));
  ASSERT_TRUE(add("compare.json", R"({"schema": "diolkos.compare/1", "reference": "a.onnx", "other": "b.tflite",
    "bad_below_db": 20, "first_bad": "conv1", "outputs": [{"name": "out", "classes": {"argmax_agreement": 0.95}}],
    "layers": [{"name": "conv1", "operator": "Conv", "precision": "int8", "sqnr_db": 17.5},
               {"name": "c2", "sqnr_db": null}]})",
                  results));
  const std::string text = to_html("R", sections_of(results), results.files);
  EXPECT_THAT(text, AllOf(HasSubstr("GPU, not synchronised"), HasSubstr("80 times too fast"), HasSubstr("98.700"),
                          HasSubstr("walk.mp4"), HasSubstr("1.234"), HasSubstr("first layer under 20 dB is conv1")));
  EXPECT_THAT(text, AllOf(HasSubstr("17.5"), HasSubstr("exact"), HasSubstr("95.000"), Not(HasSubstr("nan"))));
  EXPECT_EQ(results.speeds[1].network, results.speeds[0].network);
}

TEST(Page, MarkdownHasATableForEachSection) {
  Results results;
  ASSERT_TRUE(add("bench.json", kBench, results));
  const std::string text = to_markdown("Report", sections_of(results), results.files);
  EXPECT_THAT(text,
              AllOf(HasSubstr("# Report"), HasSubstr("| native fp32 x2 |"), HasSubstr("A\\|B"), HasSubstr("40.00")));
}

TEST(Chart, OfNothingAndOfNoughtIsStillAPicture) {
  EXPECT_THAT(svg(BarChart{"t", "u", {}, {}}), AllOf(HasSubstr("</svg>"), Not(HasSubstr("nan"))));
  EXPECT_THAT(svg(BarChart{"t", "u", {}, {{"a", {0.0}, 0, 0, "0", ""}}}), Not(HasSubstr("nan")));
  EXPECT_THAT(svg(ScatterChart{"t", "x", "y", {{"a", 0, 5, 0, 0}}}), Not(HasSubstr("nan")));
}

TEST(Results, WhatIsNoneIsAnErrorWithTheFilesName) {
  Results results;
  const std::string bench = kBench;
  for (std::size_t size = 0; size + 1 < bench.size(); size += 11)
    EXPECT_THAT(add("cut.json", bench.substr(0, size), results).error().message, HasSubstr("cut.json: no whole JSON"));
  EXPECT_THAT(add("a.json", "[]", results).error().message, HasSubstr("a.json: its schema is ''"));
  EXPECT_THAT(add("b.json", R"({"schema": "diolkos.bench/1", "model": 3})", results).error().message,
              HasSubstr("b.json"));
  EXPECT_THAT(add("c.json", R"({"schema": "diolkos.bench_table/1", "rows": 3})", results).error().message,
              HasSubstr("c.json"));
  EXPECT_TRUE(results.speeds.empty());
}

}  // namespace
}  // namespace diolkos::report
