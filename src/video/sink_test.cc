#include "video/sink.h"

#include <csignal>
#include <filesystem>
#include <random>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "support/temporary_folder.h"
#include "video/test_pictures.h"

namespace diolkos::video {
namespace {

namespace fs = std::filesystem;
using segmentation::Image;
using segmentation::PixelFormat;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const SourceInfo kImage{"in.png", SourceInfo::Kind::image, 1, 0};
const SourceInfo kVideo{"in.mp4", SourceInfo::Kind::video, 10, 24};

SinkOptions labels() { return {segmentation::voc_palette(), 0}; }

Frame only_frame(const fs::path& path) {
  Frame frame;
  EXPECT_TRUE(open_source(path).value()->next(frame).value_or(false)) << path;
  return frame;
}

TEST(Sink, AnImageAppearsWhole) {
  const TemporaryFolder folder;
  for (const std::string name : {"a.png", "a.jpg", "a.JPEG", "a.bmp", "a.webp", "a.tiff"}) {
    auto sink = open_sink(folder / name, kImage, {}).value();
    ASSERT_TRUE(sink->write(flat(20, 10, 99), "a"));
    EXPECT_FALSE(fs::exists(folder / name));
    ASSERT_TRUE(sink->finish());
    EXPECT_NEAR(mean(only_frame(folder / name).image), 99, 1) << name;
  }
  EXPECT_EQ(folder.names().size(), 6u);
}

TEST(Sink, NothingIsLeftOfWhatIsNotFinished) {
  const TemporaryFolder folder;
  for (const std::string name : {"a.png", "a.mp4"}) {
    auto sink = open_sink(folder / name, kImage, {}).value();
    ASSERT_TRUE(sink->write(flat(32, 32, 99), "a"));
  }
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(Sink, AFolderGetsAFileAFrame) {
  const TemporaryFolder folder;
  auto sink = open_sink(folder / "new" / "out", kVideo, labels()).value();
  for (const std::string name : {"000000", "000001"}) ASSERT_TRUE(sink->write(flat(4, 4, 12, PixelFormat::gray), name));
  ASSERT_TRUE(sink->finish());
  EXPECT_EQ(sink->description(), "2 files (palette PNG, index = class)");
  EXPECT_THAT(only_frame(folder / "new" / "out" / "000001.png").image.pixels()[0], 128);  // a dog's blue
}

// Far from its neighbours' values, so that a frame lost or swapped is seen through a codec's losses.
std::uint8_t value_of(int frame) { return static_cast<std::uint8_t>(40 + 10 * (frame * 7 % 17)); }

TEST(Sink, AVideoKeepsFramesInOrderAndItsRate) {
  const TemporaryFolder folder;
  constexpr int kFrames = 40;
  for (const std::string name : {"a.mp4", "a.mov", "a.mkv", "a.avi", "a.webm"}) {
    const bool hardware = name == "a.mp4" || name == "a.webm";  // where there is one
    auto sink = open_sink(folder / name, kVideo, {std::nullopt, 24, hardware}).value();
    for (int i = 0; i < kFrames; ++i)
      ASSERT_TRUE(sink->write(flat(64, 48, value_of(i), i % 2 ? PixelFormat::gray : PixelFormat::bgr), "")) << name;
    ASSERT_TRUE(sink->finish()) << name;
    EXPECT_THAT(sink->description(),
                AnyOf(HasSubstr("H.264"), HasSubstr("MPEG-4"), HasSubstr("JPEG"), HasSubstr("VP8")));
    auto source = open_source(folder / name).value();
    EXPECT_NEAR(source->info().fps, 24, 0.01) << name;
    Frame frame;
    int read = 0;
    for (; source->next(frame).value(); ++read)
      ASSERT_NEAR(mean(frame.image), value_of(read), 5) << name << " frame " << read;
    EXPECT_EQ(read, kFrames) << name;
  }
  EXPECT_EQ(folder.names().size(), 5u);
}

TEST(Sink, OddSizesLoseTheLastRowAndColumn) {
  const TemporaryFolder folder;
  auto sink = open_sink(folder / "a.mp4", kVideo, {}).value();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(sink->write(flat(65, 47, 100), ""));
  ASSERT_TRUE(sink->finish());
  const Frame frame = only_frame(folder / "a.mp4");
  EXPECT_EQ(frame.image.width(), 64);
  EXPECT_EQ(frame.image.height(), 46);
}

TEST(Sink, AVideoHasOneSize) {
  const TemporaryFolder folder;
  {
    auto sink = open_sink(folder / "a.mp4", kVideo, {}).value();
    ASSERT_TRUE(sink->write(flat(64, 48, 1), "000000"));
    EXPECT_THAT(sink->write(flat(48, 64, 1), "000001").error().message, HasSubstr("frame 000001 is 48x64 pixels"));
    auto tiny = open_sink(folder / "b.mp4", kVideo, {}).value();
    EXPECT_THAT(tiny->write(flat(1, 1, 1), "x").error().message, HasSubstr("1x1"));
    EXPECT_THAT(open_sink(folder / "c.mp4", kVideo, {}).value()->finish().error().message, HasSubstr("no frame"));
  }
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(Sink, WhatDoesNotSuitIsMisuse) {
  const TemporaryFolder folder;
  save(folder / "in.png", {'x'});
  SourceInfo self = kImage;
  self.name = folder / "in.png";
  const auto misuse = [](const Result<std::unique_ptr<Sink>>& sink) {
    EXPECT_EQ(sink.error().code, ErrorCode::usage);
    return sink.error().message;
  };
  EXPECT_THAT(misuse(open_sink(folder / "a.png", kVideo, {})), HasSubstr("one image cannot hold"));
  EXPECT_THAT(misuse(open_sink(folder / "a.jpg", kImage, labels())), HasSubstr("ending in .png"));
  EXPECT_THAT(misuse(open_sink(folder / "a.mp4", kVideo, labels())), HasSubstr("class indices"));
  EXPECT_THAT(misuse(open_sink(folder / "a.gif", kVideo, {})), HasSubstr("the ending tells"));
  EXPECT_THAT(misuse(open_sink(folder / "a", kImage, {})), HasSubstr("the ending tells"));
  EXPECT_THAT(misuse(open_sink("", kImage, {})), HasSubstr("empty"));
  EXPECT_THAT(misuse(open_sink(folder / "in.png", self, {})), HasSubstr("is the input itself"));
  EXPECT_THAT(folder.names(), ElementsAre("in.png"));
}

TEST(Sink, PlacesThatCannotBeWritten) {
  const TemporaryFolder folder;
  for (const std::string name : {"a.png", "a.mp4"})
    EXPECT_THAT(open_sink(folder.path() / "none" / name, kImage, {}).error().message, HasSubstr("cannot write"));
  save(folder / "file", {'x'});
  EXPECT_FALSE(open_sink(folder.path() / "file" / "out", kVideo, {}));
  EXPECT_FALSE(open_sink("/proc/a.mp4", kVideo, {}));
  EXPECT_FALSE(open_sink("/proc/frames", kVideo, {}));
}

// Files of this process may not grow beyond a few bytes, as on a full disk.
class SmallFiles {
 public:
  SmallFiles() {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = 2048;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallFiles() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST(Sink, AFullDiskIsAnErrorAndLeavesNothing) {
  const TemporaryFolder folder;
  std::mt19937 random(1);
  Image noise(128, 128, PixelFormat::bgr);
  for (const std::string name : {"a.png", "a.mp4", "a.avi", "a.mkv"}) {
    Status status;
    {
      auto sink = open_sink(folder / name, kImage, {}).value();
      const SmallFiles full;
      for (int i = 0; i < 8 && status; ++i) {
        for (std::uint8_t& value : noise.pixels()) value = static_cast<std::uint8_t>(random());
        status = sink->write(noise, "");
      }
      if (status) status = sink->finish();
    }
    ASSERT_FALSE(status) << name;
    EXPECT_THAT(status.error().message, HasSubstr(name));
  }
  EXPECT_THAT(folder.names(), IsEmpty());
}

}  // namespace
}  // namespace diolkos::video
