#include "gstreamer/pipeline.h"

#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "support/temporary_folder.h"

namespace diolkos::gstreamer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

segmentation::Image picture(int width, int height, int shade, segmentation::PixelFormat format) {
  segmentation::Image image(width, height, format);
  std::fill(image.pixels().begin(), image.pixels().end(), static_cast<std::uint8_t>(shade));
  return image;
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class PipelineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto made = Pipeline::parse("gst:fakesink", "fakesink");
    if (!made) GTEST_SKIP() << made.error().message;
  }
  static std::unique_ptr<Pipeline> parse(const std::string& text) {
    return Pipeline::parse("gst:" + text, text).value();
  }
  static std::string mistake(const std::string& text) { return Pipeline::parse("gst:" + text, text).error().message; }
  // Pushes until it ends, a few seconds at most.
  static std::optional<Ending> push_to_the_end(Pipeline& pipeline) {
    const auto image = picture(16, 8, 0, segmentation::PixelFormat::bgr);
    for (int i = 0; i < 500; ++i) {
      if (const auto ending = pipeline.ending()) return ending;
      static_cast<void>(pipeline.push(image, i, milliseconds(10)));
      std::this_thread::sleep_for(milliseconds(2));
    }
    return std::nullopt;
  }
  TemporaryFolder folder_;
};

TEST_F(PipelineTest, MistakesAreToldInGstreamersWords) {
  EXPECT_THAT(mistake("videoconvert ! nosuchsink"), HasSubstr("no element \"nosuchsink\""));
  EXPECT_THAT(mistake("fakesink colour=red"), HasSubstr("no property \"colour\""));
  EXPECT_THAT(mistake("videoconvert ! ! fakesink"), HasSubstr("gst:videoconvert ! ! fakesink: GStreamer cannot make"));
  EXPECT_THAT(mistake(""), HasSubstr("cannot make this pipeline"));
  EXPECT_THAT(mistake("videoconvert ! audioconvert ! fakesink"), HasSubstr("could not link"));
}

TEST_F(PipelineTest, PicturesGoThroughAsTheyAre) {
  const auto raw = folder_ / "raw";
  const auto pipeline = parse("filesink location=" + raw.string());
  ASSERT_TRUE(pipeline->start({5, 3, 25, false}));  // rows of 15 bytes, padded to 16
  EXPECT_TRUE(pipeline->writes_files());
  auto first = picture(5, 3, 7, segmentation::PixelFormat::bgr);
  first.row(2)[14] = 9;
  EXPECT_EQ(pipeline->push(first, 0, seconds(2)), true);
  EXPECT_EQ(pipeline->push(picture(5, 3, 200, segmentation::PixelFormat::gray), 1, seconds(2)), true);
  EXPECT_EQ(pipeline->finish(seconds(5)), true);
  const std::string bytes = content(raw);
  ASSERT_EQ(bytes.size(), 2u * 16 * 3);
  EXPECT_EQ(bytes.substr(0, 15), std::string(15, '\7'));
  EXPECT_EQ(bytes[2 * 16 + 14], '\11');
  EXPECT_EQ(bytes.substr(48 + 16, 15), std::string(15, '\310'));
}

TEST_F(PipelineTest, AFileIsWholeAtTheEnd) {
  const auto path = folder_ / "a.avi";
  const auto pipeline = parse("videoconvert ! jpegenc ! avimux ! filesink location=" + path.string());
  ASSERT_TRUE(pipeline->start({32, 16, 25, true}));
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(pipeline->push(picture(32, 16, i, segmentation::PixelFormat::bgr), i, seconds(2)), true);
  EXPECT_EQ(pipeline->finish(seconds(5)), true);
  EXPECT_FALSE(pipeline->ending().has_value() && pipeline->ending()->why == Ending::Why::error);
  EXPECT_THAT(content(path), HasSubstr("idx1"));  // the index, written last
}

TEST_F(PipelineTest, AnErrorOnItsWayIsNoticed) {
  const auto pipeline = parse("videoconvert ! identity error-after=5 ! fakesink");
  ASSERT_TRUE(pipeline->start({16, 8, 25, true}));
  EXPECT_FALSE(pipeline->writes_files());
  const auto ending = push_to_the_end(*pipeline);
  ASSERT_TRUE(ending);
  EXPECT_EQ(ending->why, Ending::Why::error);
  EXPECT_THAT(ending->message, HasSubstr("identity: Failed after iterations as requested"));
  EXPECT_EQ(pipeline->finish(seconds(5)).error().message, ending->message);
}

TEST_F(PipelineTest, WhatCannotAgreeIsToldWithItsReason) {
  const auto pipeline = parse("video/x-raw,format=GRAY8 ! fakesink");
  ASSERT_TRUE(pipeline->start({16, 8, 25, true}));
  const auto ending = push_to_the_end(*pipeline);
  ASSERT_TRUE(ending);
  EXPECT_THAT(ending->message, HasSubstr("reason not-negotiated"));
}

TEST_F(PipelineTest, APlaceThatCannotBeWrittenIsAnErrorOfTheStart) {
  const auto pipeline = parse("filesink location=/nowhere/at/all");
  EXPECT_THAT(pipeline->start({16, 8, 25, true}).error().message, HasSubstr("/nowhere/at/all"));
}

TEST_F(PipelineTest, OneThatEndsByItselfIsNoError) {
  const auto pipeline = parse("identity eos-after=3 ! fakesink");
  ASSERT_TRUE(pipeline->start({16, 8, 25, true}));
  const auto ending = push_to_the_end(*pipeline);
  ASSERT_TRUE(ending);
  EXPECT_EQ(ending->why, Ending::Why::by_itself);
  EXPECT_EQ(pipeline->finish(seconds(5)), true);
}

TEST_F(PipelineTest, OneThatStallsTakesNoMoreAndKeepsNobody) {
  const auto pipeline = parse("identity sleep-time=500000 ! fakesink");
  ASSERT_TRUE(pipeline->start({16, 8, 25, true}));
  const auto image = picture(16, 8, 0, segmentation::PixelFormat::bgr);
  bool taken = true;
  for (int i = 0; i < 10 && taken; ++i) taken = pipeline->push(image, i, milliseconds(50)).value();
  EXPECT_FALSE(taken);
  EXPECT_EQ(pipeline->finish(milliseconds(100)), false);
}

}  // namespace
}  // namespace diolkos::gstreamer
