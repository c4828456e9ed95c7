#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "support/temporary_folder.h"
#include "video/address.h"
#include "video/raw_source.h"
#include "video/stream_source.h"
#include "video/test_pictures.h"
#include "video/encode_image.h"

namespace diolkos::video {
namespace {

using Kind = StreamRequest::Kind;
using segmentation::PixelFormat;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

StreamRequest parsed(const std::string& text) { return parse_stream(text).value(); }
std::string error_of(const std::string& text) { return parse_stream(text).error().message; }

TEST(StreamRequest, IsWhatTheAddressSays) {
  EXPECT_EQ(parsed("clip.mp4").kind, Kind::file);
  EXPECT_FALSE(parsed("clip.mp4").live);
  EXPECT_EQ(parsed("clip.mp4?live=12.5&loop").pace, 12.5);
  EXPECT_TRUE(parsed("file:///a/clip.mp4?live").live);
  EXPECT_EQ(parsed("file:///a/clip.mp4").place, "/a/clip.mp4");
  for (const char* const camera : {"3", "/dev/video3", "v4l2:///dev/video3", "v4l2://3"}) {
    EXPECT_EQ(parsed(camera).kind, Kind::camera) << camera;
    EXPECT_EQ(parsed(camera).place, "3") << camera;
    EXPECT_TRUE(parsed(camera).returns());
  }
  EXPECT_EQ(parsed("v4l2:///dev/video0?size=640x480&fps=30").size, (segmentation::Size{640, 480}));
  EXPECT_EQ(parsed("RTSP://user:secret@host/x?y=z").kind, Kind::network);
  EXPECT_EQ(parsed("rtsp://user:secret@host/x?y=z").place, "rtsp://user:secret@host/x?y=z");
  EXPECT_EQ(parsed("rtsp://user:secret@host/x?y=z").name, "rtsp://…@host/x?y=z");
  EXPECT_EQ(parsed("gst:videotestsrc ! x?y=1").place, "videotestsrc ! x?y=1");
  EXPECT_EQ(parsed("stdin:?size=4x2&format=rgb").format, PixelFormat::rgb);
  EXPECT_FALSE(parsed("stdin:?size=4x2").returns());
}

TEST(StreamRequest, MistakesAreNamed) {
  EXPECT_THAT(error_of("clip.mp4?lve"), HasSubstr("did you mean 'live'"));
  EXPECT_THAT(error_of("clip.mp4?live=0"), HasSubstr("a number of"));
  EXPECT_THAT(error_of("-"), HasSubstr("give their size"));
  EXPECT_THAT(error_of("stdin:?size=4y2"), HasSubstr("WIDTHxHEIGHT"));
  EXPECT_THAT(error_of("stdin:?size=0x2"), HasSubstr("WIDTHxHEIGHT"));
  EXPECT_THAT(error_of("stdin:?size=4x2&format=yuv"), HasSubstr("bgr, rgb or gray"));
  EXPECT_THAT(error_of("v4l2:///dev/null"), HasSubstr("expected a camera"));
  EXPECT_THAT(error_of("gopher://x"), HasSubstr("unknown scheme"));
}

TEST(StreamRequest, SomeAddressesCannotBeSinks) {
  for (const char* const source :
       {"0", "/dev/video1", "v4l2://1", "rtsp://a/b", "http://a:81/video.mjpg", "https://a", "stdin:?size=4x2",
        "clip.mp4?loop", "file:///a?live=3"})
    EXPECT_TRUE(is_source_only(source)) << source;
  for (const char* const either :
       {"http://:8080", "http://a:80/", "clip.mp4", "photos/", "-", "stdout:", "gst:a ! b", "window:"})
    EXPECT_FALSE(is_source_only(either)) << either;
}

TEST(StreamRequest, AFileMayBeCalledLikeAnAddress) {
  const TemporaryFolder folder;
  const std::string path = folder / "odd?live=3.mp4";
  std::ofstream(path) << "x";
  EXPECT_EQ(parsed(path).place, path);
  EXPECT_FALSE(parsed(path).live);
}

class RawTest : public ::testing::Test {
 protected:
  // A source of these bytes, as of a pipe.
  std::unique_ptr<Source> source_of(const std::string& bytes, const std::string& request) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    EXPECT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::close(ends[1]);
    read_end_ = ends[0];
    return raw_source(read_end_, parsed(request));
  }
  ~RawTest() override { ::close(read_end_); }
  int read_end_ = -1;
};

TEST_F(RawTest, FramesAreCutFromTheStream) {
  const auto source = source_of("abcdefABCDEFxy", "stdin:?size=2x1&format=rgb");
  Frame frame;
  ASSERT_TRUE(source->next(frame).value());
  EXPECT_THAT(frame.image.pixels(), ElementsAre('c', 'b', 'a', 'f', 'e', 'd'));
  ASSERT_TRUE(source->next(frame).value());
  EXPECT_EQ(frame.index, 1);
  EXPECT_FALSE(source->next(frame).value());
}

TEST_F(RawTest, GrayBecomesColour) {
  const auto source = source_of("ab", "stdin:?size=2x1&format=gray");
  Frame frame;
  ASSERT_TRUE(source->next(frame).value());
  EXPECT_THAT(frame.image.pixels(), ElementsAre('a', 'a', 'a', 'b', 'b', 'b'));
}

TEST(PacedSource, PlaysAFolderAsACameraAgainAndAgain) {
  const TemporaryFolder folder;
  for (const char* const name : {"a.png", "b.png"}) {
    const auto bytes = encode_image(flat(8, 6, name[0] == 'a' ? 10 : 200), name).value();
    std::ofstream(folder / name, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()),
                                                         static_cast<std::streamsize>(bytes.size()));
  }
  const auto source = open_stream(parsed(folder.path().string() + "?live=500&loop")).value();
  EXPECT_EQ(source->info().kind, SourceInfo::Kind::camera);
  EXPECT_EQ(source->info().fps, 500);
  Frame frame;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(source->next(frame).value());
    EXPECT_EQ(frame.index, i);
    EXPECT_EQ(frame.image.pixels()[0], i % 2 == 0 ? 10 : 200);
  }
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(10));  // never early
}

}  // namespace
}  // namespace diolkos::video
