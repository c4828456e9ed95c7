#include "pipeline/run.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/temporary_folder.h"

namespace diolkos::pipeline {
namespace {

namespace fs = std::filesystem;
using segmentation::Image;
using segmentation::PixelFormat;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Two classes: what is bright (above `level`) is class 1.
class BrightnessNetwork : public Network {
 public:
  explicit BrightnessNetwork(float level = 0.5f) : level_(level) {}
  const runtime::Port& input() const override { return input_; }
  const runtime::Port& output() const override { return output_; }
  Status run(const Tensor& input, Tensor& output) override {
    if (runs_++ == fail_at) return failure(ErrorCode::internal, "the network broke");
    const auto from = input.as<float>();
    const auto to = output.mutable_as<float>();
    const std::size_t plane = to.size() / 2;
    for (std::size_t i = 0; i < plane; ++i) {
      to[i] = level_;
      to[plane + i] = from[i];
    }
    return {};
  }
  int fail_at = -1;

 private:
  float level_;
  int runs_ = 0;
  runtime::Port input_{"input", DType::float32, {1, 3, 8, 8}};
  runtime::Port output_{"out", DType::float32, {1, 2, 8, 8}};
};

// Frames whose brightness tells their index.
class CountingSource : public video::Source {
 public:
  explicit CountingSource(int frames) { info_.frames = frames; }
  const video::SourceInfo& info() const override { return info_; }
  Result<bool> next(video::Frame& frame) override {
    if (next_ == fail_at) return io_failure("the source broke");
    if (next_ == *info_.frames) return false;
    frame.image.reshape(8, 8, PixelFormat::bgr);
    std::ranges::fill(frame.image.pixels(), static_cast<std::uint8_t>(next_));
    frame.index = next_;
    frame.name = std::to_string(next_++);
    return true;
  }
  int fail_at = -1;

 private:
  video::SourceInfo info_{"count", video::SourceInfo::Kind::video, 0, 24};
  int next_ = 0;
};

class RecordingSink : public video::Sink {
 public:
  Status write(const Image& image, const std::string& name) override {
    if (static_cast<int>(names.size()) == fail_at) return io_failure("the sink broke");
    names.push_back(name);
    values.push_back(image.pixels()[0]);
    return {};
  }
  Status finish() override {
    finished = true;
    return {};
  }
  std::string description() const override { return "a list"; }
  std::vector<std::string> names;
  std::vector<int> values;
  bool finished = false;
  int fail_at = -1;
};

StageOptions bright_class() {
  StageOptions options;
  options.preprocess.normalization = *segmentation::normalization_named("unit");
  options.postprocess.class_index = 1;
  options.drawing = segmentation::Drawing::mask;
  return options;
}

class RunTest : public ::testing::TestWithParam<bool> {
 protected:
  RunOptions options() const {
    RunOptions options;
    options.overlap = GetParam();
    return options;
  }
  BrightnessNetwork network_;
  Stages stages_ = Stages::create(network_, bright_class()).value();
  RecordingSink sink_;
};
INSTANTIATE_TEST_SUITE_P(Ways, RunTest, ::testing::Values(true, false),
                         [](const auto& way) { return way.param ? "Overlapped" : "OneByOne"; });

TEST_P(RunTest, EveryFrameInOrder) {
  CountingSource source(256);
  RunOptions with_progress = options();
  std::vector<std::int64_t> done;
  with_progress.progress = [&](std::int64_t count, std::int64_t total) {
    done.push_back(count);
    EXPECT_EQ(total, 256);
  };
  const RunReport report = run(source, stages_, sink_, with_progress).value();
  EXPECT_TRUE(sink_.finished);
  EXPECT_FALSE(report.stopped);
  ASSERT_EQ(report.frames.size(), 256u);
  ASSERT_EQ(sink_.names.size(), 256u);
  ASSERT_EQ(done.size(), 256u);
  for (int i = 0; i < 256; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(sink_.names[at], std::to_string(i));
    EXPECT_EQ(sink_.values[at], i > 127 ? 255 : 0);  // 128 / 255 reaches half
    EXPECT_EQ(report.frames[at].name, sink_.names[at]);
    EXPECT_THAT(report.frames[at].shares, ElementsAre(std::pair<std::uint8_t, float>{1, i > 127 ? 1.0f : 0.0f}));
    EXPECT_EQ(done[at], i + 1);
  }
  const auto classes = summarize_classes(report);
  ASSERT_EQ(classes.size(), 1u);
  EXPECT_EQ(classes[0].frames, 128);
  EXPECT_DOUBLE_EQ(classes[0].mean_share, 0.5);
}

TEST_P(RunTest, FailuresAnywhereEndTheRunUnfinished) {
  for (const int at : {0, 1, 3, 50}) {
    CountingSource broken_source(100);
    broken_source.fail_at = at;
    EXPECT_EQ(run(broken_source, stages_, sink_, options()).error().message, "the source broke");

    CountingSource source(100);
    BrightnessNetwork network;
    network.fail_at = at;
    Stages stages = Stages::create(network, bright_class()).value();
    EXPECT_EQ(run(source, stages, sink_, options()).error().message, "the network broke");

    CountingSource again(100);
    RecordingSink sink;
    sink.fail_at = at;
    EXPECT_EQ(run(again, stages_, sink, options()).error().message, "the sink broke");
    EXPECT_FALSE(sink.finished);
    EXPECT_FALSE(sink_.finished);
  }
}

TEST_P(RunTest, StopsWhenAskedAndKeepsWhatIsDone) {
  CountingSource source(200);
  std::atomic<bool> stop = false;
  RunOptions stoppable = options();
  stoppable.stop = &stop;
  stoppable.progress = [&](std::int64_t done, std::int64_t) {
    if (done == 10) stop = true;
  };
  const RunReport report = run(source, stages_, sink_, stoppable).value();
  EXPECT_TRUE(report.stopped);
  EXPECT_TRUE(sink_.finished);
  EXPECT_GE(report.frames.size(), 10u);
  EXPECT_LE(report.frames.size(), 20u);
  EXPECT_EQ(sink_.names.size(), report.frames.size());
}

TEST_P(RunTest, StoppedBeforeTheFirstFrameThereIsNothing) {
  CountingSource source(5);
  std::atomic<bool> stop = true;
  RunOptions stopped = options();
  stopped.stop = &stop;
  EXPECT_THAT(run(source, stages_, sink_, stopped).error().message, HasSubstr("before the first frame"));
  EXPECT_FALSE(sink_.finished);
}

TEST_P(RunTest, NoMoreFramesThanAsked) {
  CountingSource source(100);
  RunOptions few = options();
  few.most_frames = 7;
  std::int64_t total = 0;
  few.progress = [&](std::int64_t, std::int64_t all) { total = all; };
  EXPECT_EQ(run(source, stages_, sink_, few).value().frames.size(), 7u);
  EXPECT_EQ(total, 7);
  EXPECT_TRUE(sink_.finished);
}

// Three networks that take turns at being the slowest.
class StreamsTest : public ::testing::Test {
 protected:
  class UnevenNetwork : public BrightnessNetwork {
   public:
    Status run(const Tensor& input, Tensor& output) override {
      std::this_thread::sleep_for(std::chrono::microseconds(random_() % 500));
      return BrightnessNetwork::run(input, output);
    }

   private:
    std::mt19937 random_;
  };
  StreamsTest() {
    for (UnevenNetwork& network : networks_) stages_.push_back(Stages::create(network, bright_class()).value());
  }
  std::array<UnevenNetwork, 3> networks_;
  std::vector<Stages> stages_;
  RecordingSink sink_;
};

TEST_F(StreamsTest, EveryFrameInOrder) {
  CountingSource source(256);
  RunOptions options;
  std::vector<std::int64_t> done;
  options.progress = [&](std::int64_t count, std::int64_t) { done.push_back(count); };
  const RunReport report = run(source, stages_, sink_, options).value();
  EXPECT_TRUE(sink_.finished);
  ASSERT_EQ(report.frames.size(), 256u);
  ASSERT_EQ(sink_.names.size(), 256u);
  ASSERT_EQ(done.size(), 256u);
  for (int i = 0; i < 256; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(sink_.names[at], std::to_string(i));
    EXPECT_EQ(sink_.values[at], i > 127 ? 255 : 0);
    EXPECT_EQ(done[at], i + 1);
  }
}

TEST_F(StreamsTest, FailuresAnywhereEndTheRun) {
  for (const int at : {0, 1, 3, 20}) {
    CountingSource broken_source(200);
    broken_source.fail_at = at;
    EXPECT_EQ(run(broken_source, stages_, sink_).error().message, "the source broke");

    CountingSource again(200);
    RecordingSink sink;
    sink.fail_at = at;
    EXPECT_EQ(run(again, stages_, sink).error().message, "the sink broke");

    CountingSource source(200);
    std::array<UnevenNetwork, 3> networks;
    networks[1].fail_at = at;
    std::vector<Stages> stages;
    for (UnevenNetwork& network : networks) stages.push_back(Stages::create(network, bright_class()).value());
    RecordingSink unfinished;
    EXPECT_EQ(run(source, stages, unfinished).error().message, "the network broke");
    for (std::size_t i = 0; i < unfinished.names.size(); ++i) EXPECT_EQ(unfinished.names[i], std::to_string(i));
    EXPECT_FALSE(unfinished.finished);
  }
}

TEST(Stages, RefuseWhatIsNoSegmentationNetwork) {
  class Classifier : public BrightnessNetwork {
   public:
    const runtime::Port& output() const override { return logits_; }

   private:
    runtime::Port logits_{"logits", DType::float32, {1, 1000}};
  } classifier;
  EXPECT_THAT(Stages::create(classifier, {}).error().message, HasSubstr("the network's output is float32 1x1000"));
}

TEST(Stages, OverlayTintsTheFrame) {
  BrightnessNetwork network;
  StageOptions options = bright_class();
  options.drawing = segmentation::Drawing::overlay;
  options.alpha = 1;
  Stages stages = Stages::create(network, options).value();
  CountingSource source(200);
  RecordingSink sink;
  ASSERT_TRUE(run(source, stages, sink));
  EXPECT_EQ(sink.values[20], 20);
  EXPECT_EQ(sink.values[199], 0);  // class 1 is (128, 0, 0) in red, green, blue
}

TEST(Run, AVideoStoppedMidwayPlays) {
  const TemporaryFolder folder;
  const std::string output = folder / "a.mp4";
  CountingSource source(250);
  BrightnessNetwork network;
  StageOptions options = bright_class();
  options.drawing = segmentation::Drawing::overlay;
  options.alpha = 0;
  Stages stages = Stages::create(network, options).value();
  auto sink = video::open_sink(output, source.info(), {std::nullopt, 24}).value();
  std::atomic<bool> stop = false;
  RunOptions stoppable;
  stoppable.stop = &stop;
  stoppable.progress = [&](std::int64_t done, std::int64_t) { stop = done >= 60; };
  const RunReport report = run(source, stages, *sink, stoppable).value();
  auto written = video::open_source(output).value();
  video::Frame frame;
  std::size_t frames = 0;
  while (written->next(frame).value()) ++frames;
  EXPECT_EQ(frames, report.frames.size());
  EXPECT_THAT(folder.names(), ElementsAre("a.mp4"));
}

TEST(Run, AFailureLeavesNoVideo) {
  const TemporaryFolder folder;
  {
    CountingSource source(50);
    source.fail_at = 40;
    BrightnessNetwork network;
    Stages stages = Stages::create(network, bright_class()).value();
    auto sink = video::open_sink(folder / "a.mp4", source.info(), {}).value();
    EXPECT_FALSE(run(source, stages, *sink));
  }
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(RunReport, JsonHasItsSchemaAndFigures) {
  RunReport report;
  report.frames = {{"a", {{1, 2, 3, 4, 5, 6}}, {{12, 0.25f}}}, {"b\xff", {{1, 2, 5, 4, 5, 6}}, {{12, 0.0f}}}};
  report.frame_size = {64, 48};
  report.elapsed_ms = 100;
  RunContext context;
  context.classes = segmentation::ClassNames::voc();
  context.class_index = 12;
  context.threshold = 0.5;
  const auto json = nlohmann::json::parse(to_json(report, context));
  EXPECT_EQ(json["schema"], "diolkos.run/1");
  EXPECT_EQ(json["frames"], 2);
  EXPECT_EQ(json["fps"], 20);
  EXPECT_EQ(json["stages_ms"]["inference"]["median"], 4);
  EXPECT_EQ(json["stages_ms"]["whole"]["max"], 23);
  EXPECT_EQ(json["classes"][0]["name"], "dog");
  EXPECT_EQ(json["classes"][0]["frame_share"], 0.5);
  EXPECT_EQ(json["per_frame"][0]["pixel_shares"]["dog"], 0.25);
  EXPECT_EQ(json["settings"]["class"], "dog");
}

TEST(RunReport, TextNamesStagesAndWhatWasFound) {
  RunReport report;
  report.frames = {{"a", {{1, 2, 3, 4, 5, 6}}, {{12, 0.25f}, {15, 0.5f}}}};
  report.frame_size = {64, 48};
  report.elapsed_ms = 50;
  RunContext context;
  context.classes = segmentation::ClassNames::voc();
  const std::string text = to_text(report, context);
  EXPECT_LT(text.find("person"), text.find("dog"));
  for (const std::string_view stage : kStageNames) EXPECT_THAT(text, HasSubstr(std::string(stage)));
  EXPECT_THAT(text, HasSubstr("20.0 frames a second"));
  report.frames[0].shares.clear();
  EXPECT_THAT(to_text(report, context), HasSubstr("nothing but background"));
  context.class_index = 12;
  EXPECT_THAT(to_text(report, context), HasSubstr("dog found in no frame"));
  EXPECT_THAT(to_text(report, context), ::testing::Not(HasSubstr("at once")));
  context.streams = 2;
  EXPECT_THAT(to_text(report, context), HasSubstr("2 frames at once"));
}

}  // namespace
}  // namespace diolkos::pipeline
