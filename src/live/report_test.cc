#include "live/report.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace diolkos::live {
namespace {

using nlohmann::json;
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

}  // namespace
}  // namespace diolkos::live
