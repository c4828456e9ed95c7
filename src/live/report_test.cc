#include "live/report.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "live/display.h"
#include "live/frame_line.h"
#include "live/page_server.h"
#include "live/sink_addresses.h"
#include "segmentation/run_length.h"

namespace diolkos::live {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

RunFacts facts() {
  RunFacts facts;
  facts.network.model = "a \"model\".onnx";
  facts.classes = segmentation::ClassNames::voc();
  return facts;
}

TEST(Change, TakesWhatIsThereAndRefusesTheRest) {
  const auto error = [](const char* text) { return change({}, text, facts()).error().message; };
  const Settings changed = change({}, R"({"class":"dog","threshold":0.25,"view":"mask","alpha":1})", facts()).value();
  EXPECT_EQ(changed, (Settings{12, 0.25, View::mask, 1.0}));
  EXPECT_EQ(change(changed, R"({"class":null})", facts()).value().class_index, std::nullopt);
  EXPECT_EQ(change({}, R"({"class":15})", facts()).value().class_index, 15);
  EXPECT_EQ(change(changed, "{}", facts()).value(), changed);
  EXPECT_THAT(error("["), HasSubstr("no JSON object"));
  EXPECT_THAT(error(R"({"class":"dgo"})"), HasSubstr("did you mean 'dog'"));
  EXPECT_THAT(error(R"({"class":-1})"), HasSubstr("expected a name"));
  EXPECT_THAT(error(R"({"class":1e99})"), HasSubstr("expected a name"));
  EXPECT_THAT(error(R"({"threshold":1.5})"), HasSubstr("0 to 1"));
  EXPECT_THAT(error(R"({"threshold":null})"), HasSubstr("0 to 1"));
  EXPECT_THAT(error(R"({"view":"all"})"), HasSubstr("overlay, mask, original"));
  EXPECT_THAT(error(R"({"alpha":"x"})"), HasSubstr("0 to 1"));
  EXPECT_THAT(error(R"({"colour":1})"), HasSubstr("unknown"));
}

TEST(Report, JsonAndMetricsTellTheSame) {
  Statistics statistics("rtsp://…@camera/x", {"http://:8080", "a.mp4"});
  statistics.source_is(SourceState::running);
  statistics.source_is(SourceState::lost, "the cable is out", 1.5);
  statistics.stage(pipeline::Stage::inference, 20);
  statistics.sink_done(1, 3, 50);
  statistics.sink_state(1, true, "the disk is full");
  const std::vector<Figures> all{statistics.figures(), Statistics("1", {}).figures()};
  const json told = json::parse(to_json(all, {}, facts()));
  EXPECT_EQ(told["schema"], "diolkos.live/2");
  const json& source = told["sources"][0];
  EXPECT_EQ(source["state"], "lost");
  EXPECT_EQ(source["message"], "the cable is out");
  EXPECT_EQ(source["losses"], 1);
  EXPECT_EQ(source["sinks"][1]["failing"], true);
  EXPECT_EQ(source["sinks"][1]["age_ms"]["p50"], 50);
  EXPECT_EQ(told["sources"][1]["state"], "opening");
  EXPECT_EQ(told["classes"].size(), 21u);
  const std::string metrics = to_metrics(all, facts());
  EXPECT_THAT(metrics, HasSubstr("diolkos_source_state{source=\"rtsp://…@camera/x\",state=\"lost\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr(",stage=\"inference\",quantile=\"0.5\"} 0.02\n"));
  EXPECT_THAT(metrics, HasSubstr(",sink=\"a.mp4\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("model=\"a \\\"model\\\".onnx\""));
}

TEST(Report, TwoNetworksAndHowFarTheyAgree) {
  RunFacts two = facts();
  two.versus = {"b.tflite", "litert", "int8"};
  EXPECT_THAT(change({}, R"({"view":"heat"})", facts()).error().message, HasSubstr("one of: overlay, mask, original"));
  EXPECT_EQ(change({}, R"({"view":"heat"})", two).value().view, View::heat);
  Statistics statistics("0", {});
  Frame frame;
  frame.versus.ms = 5;
  for (const int same : {50, 100}) {
    frame.versus.agreement = Agreement{100, same, 40, same - 60};
    statistics.segmented(frame);
  }
  const std::vector<Figures> all{statistics.figures()};
  const json told = json::parse(to_json(all, {}, two));
  EXPECT_EQ(told["versus"]["model"], "b.tflite");
  EXPECT_EQ(told["sources"][0]["versus"]["same"], json::parse(R"({"newest":1.0,"mean":0.75,"min":0.5})"));
  EXPECT_EQ(told["views"].size(), 6u);
  const std::string metrics = to_metrics(all, two);
  EXPECT_THAT(metrics, HasSubstr("diolkos_versus_same_ratio{source=\"0\"} 0.75\n"));
  EXPECT_THAT(metrics, HasSubstr("diolkos_versus_info{model=\"b.tflite\",runtime=\"litert\",precision=\"int8\"} 1\n"));
  EXPECT_THAT(to_text(all, two), HasSubstr("75.00 % of pixels alike"));
}

TEST(FrameLine, MasksComeAsPolygonsOrRunLengths) {
  Frame frame;
  frame.captured.index = 7;
  frame.captured.name = "a\"b\xff";
  segmentation::Image& map = frame.segmentation.map;
  map.reshape(6, 4, segmentation::PixelFormat::gray);
  std::ranges::fill(map.pixels(), std::uint8_t{0});
  for (const int y : {1, 2})
    for (const int x : {2, 3}) map.row(y)[x] = 12;
  frame.shares = segmentation::shares_of(frame.segmentation);
  std::string line;
  FrameLine(1, segmentation::ClassNames::voc(), MaskForm::polygons).write(frame, line);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const json polygons = json::parse(line);
  EXPECT_EQ(polygons["frame"], 7);
  EXPECT_EQ(polygons["source"], 1);
  ASSERT_EQ(polygons["seen"].size(), 1u);
  EXPECT_EQ(polygons["seen"][0]["name"], "dog");
  EXPECT_EQ(polygons["seen"][0]["polygons"], json::parse("[[2,1,2,2,3,2,3,1]]"));
  FrameLine(1, segmentation::ClassNames::voc(), MaskForm::rle).write(frame, line);
  EXPECT_EQ(json::parse(line)["seen"][0]["rle"], json::parse(R"({"size":[4,6],"counts":[9,2,2,2,9]})"));
  frame.segmentation.mask_of = 15;
  for (std::uint8_t& pixel : map.pixels()) pixel = pixel != 0 ? 255 : 0;
  frame.shares = segmentation::shares_of(frame.segmentation);
  FrameLine(1, segmentation::ClassNames::voc(), MaskForm::none).write(frame, line);
  EXPECT_EQ(json::parse(line)["seen"][0]["name"], "person");
}

TEST(RunLengths, BeginOutside) {
  segmentation::Image map(2, 2, segmentation::PixelFormat::gray);
  map.pixels() = {1, 0, 1, 1};
  std::vector<std::int64_t> counts;
  segmentation::run_lengths(map, 1, counts);
  EXPECT_THAT(counts, ElementsAre(0, 2, 1, 1));
  segmentation::run_lengths(map, 3, counts);
  EXPECT_THAT(counts, ElementsAre(4));
}

TEST(WebPlace, IsTheLoopbackUnlessToldOtherwise) {
  const auto place = [](const char* text) { return web_place(video::parse_address(text)).value(); };
  EXPECT_EQ(place("http://:8080").link(8080), "http://127.0.0.1:8080/");
  EXPECT_EQ(place("http://[::1]:80/").link(80), "http://[::1]:80/");
  EXPECT_EQ(place("http://0.0.0.0:1?token=abc").link(1), "http://0.0.0.0:1/?token=abc");
  EXPECT_EQ(place("http://0.0.0.0:1").server.token.size(), 32u);
  EXPECT_EQ(place("http://:1?quality=50").quality, 50);
  const auto error = [](const char* text) { return web_place(video::parse_address(text)).error().message; };
  EXPECT_THAT(error("http://localhost"), HasSubstr("expected http://HOST:PORT"));
  EXPECT_THAT(error("http://:99999"), HasSubstr("0 to 65535"));
  EXPECT_THAT(error("http://:1?tokn=a"), HasSubstr("did you mean 'token'"));
}

TEST(SinkAddresses, WhatIsSecretIsNotShown) {
  EXPECT_EQ(public_name("http://0.0.0.0:8080?token=WORD&quality=80"), "http://0.0.0.0:8080");
  EXPECT_EQ(public_name("gst:a ! rtspclientsink location=rtsp://user:secret@host/x"),
            "gst:a ! rtspclientsink location=rtsp://…@host/x");
  EXPECT_EQ(public_name("seen.ndjson?masks=rle"), "seen.ndjson?masks=rle");
}

TEST(SinkAddresses, FilesAreNumberedBySource) {
  const std::vector<std::string> all{"http://:1", "out/masked.mp4", "masks/", "seen.ndjson?masks=none",
                                     "gst:a ! b location=x{source}"};
  EXPECT_EQ(sinks_of(all, 0, 1).value(), all);
  EXPECT_THAT(sinks_of(all, 1, 2).value(), ElementsAre("http://:1", "out/masked-1.mp4", "masks/1/",
                                                       "seen.ndjson?masks=none", "gst:a ! b location=x1"));
  EXPECT_THAT(sinks_of({"masks"}, 0, 2).value(), ElementsAre("masks/0/"));
  EXPECT_THAT(sinks_of({"gst:fakesink"}, 0, 2).error().message, HasSubstr("put {source}"));
}

TEST(Display, NoneIsSaidNotTried) {
  ::unsetenv("WAYLAND_DISPLAY");
  ::unsetenv("DISPLAY");
  EXPECT_THAT(no_display().value(), HasSubstr("neither"));
  ::setenv("DISPLAY", ":4711", 1);
  EXPECT_THAT(no_display().value(), HasSubstr("nothing answers"));
}

}  // namespace
}  // namespace diolkos::live
