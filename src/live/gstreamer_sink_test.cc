#include "live/gstreamer_sink.h"

#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/temporary_folder.h"

namespace diolkos::live {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class GstreamerSinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto made = gstreamer_sink("gst:", "fakesink", true); !made) GTEST_SKIP() << made.error().message;
    resize(16, 8);
    frame_.drawn[static_cast<std::size_t>(View::original)] = true;
    frame_.settings.view = View::original;
  }
  void resize(int width, int height) {
    frame_.captured.image.reshape(width, height, segmentation::PixelFormat::bgr);
  }
  static std::unique_ptr<Sink> open(const std::string& pipeline, bool live = true) {
    return gstreamer_sink("sink", pipeline, live).value();
  }
  Status write(Sink& sink) {
    ++frame_.captured.index;
    return sink.write(frame_);
  }
  // Writes until it fails, or for so long.
  Status write_for(Sink& sink, milliseconds time) {
    const auto until = Clock::now() + time;
    while (Clock::now() < until) {
      TRY(write(sink));
      std::this_thread::sleep_for(milliseconds(5));
    }
    return {};
  }
  static void expect_ok(const Status& status) { EXPECT_TRUE(status) << status.error().message; }

  TemporaryFolder folder_;
  Frame frame_;
};

TEST_F(GstreamerSinkTest, MistakesComeEarly) {
  EXPECT_THAT(gstreamer_sink("sink", "nosuch", true).error().message, HasSubstr("sink: GStreamer cannot make"));
}

TEST_F(GstreamerSinkTest, OneThatBreaksIsStartedAgainAndSaysWhy) {
  const auto sink = open("identity error-after=40 ! fakesink");
  const Status broken = write_for(*sink, milliseconds(5000));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message, "sink: identity: Failed after iterations as requested");
  // It runs again a little later, which does not count before it has lasted a second: 40 frames take less.
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(write(*sink));
    std::this_thread::sleep_for(milliseconds(2));
  }
  EXPECT_TRUE(sink->view(frame_.settings).has_value());
  EXPECT_FALSE(sink->ended());
  expect_ok(sink->finish());
}

// A server that comes up later.
class Server {
 public:
  Server() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address_), size), 0);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &size);
  }
  ~Server() { ::close(socket_); }
  int port() const { return ntohs(address_.sin_port); }
  void listen() const { EXPECT_EQ(::listen(socket_, 4), 0); }

 private:
  sockaddr_in address_{};
  int socket_;
};

TEST_F(GstreamerSinkTest, WhatIsThereLaterIsWellAfterASecond) {
  const Server server;
  const auto sink = open(fmt::format("tcpclientsink host=127.0.0.1 port={}", server.port()));
  EXPECT_THAT(write_for(*sink, milliseconds(500)).error().message, HasSubstr("Connection refused"));
  server.listen();
  const auto back = Clock::now();
  while (!write(*sink) && milliseconds_between(back, Clock::now()) < 5000) std::this_thread::sleep_for(milliseconds(5));
  expect_ok(write(*sink));
  EXPECT_GT(milliseconds_between(back, Clock::now()), 900);
  expect_ok(sink->finish());
}

TEST_F(GstreamerSinkTest, AFileIsNotBegunAnew) {
  const auto path = folder_ / "a.raw";
  const auto sink = open("identity error-after=10 ! filesink location=" + path.string());
  EXPECT_THAT(write_for(*sink, milliseconds(5000)).error().message, HasSubstr("its file would begin anew"));
  const auto size = std::filesystem::file_size(path);
  EXPECT_GT(size, 0u);
  std::this_thread::sleep_for(milliseconds(150));
  EXPECT_FALSE(write(*sink));
  EXPECT_EQ(std::filesystem::file_size(path), size);
  EXPECT_FALSE(sink->view(frame_.settings));
  expect_ok(sink->finish());
}

TEST_F(GstreamerSinkTest, OneThatEndsByItselfTakesNoMore) {
  const auto sink = open("identity eos-after=3 ! fakesink");
  expect_ok(write_for(*sink, milliseconds(500)));
  EXPECT_THAT(sink->ended().value(), HasSubstr("by itself"));
  EXPECT_FALSE(sink->view(frame_.settings));
  expect_ok(sink->finish());
}

TEST_F(GstreamerSinkTest, FramesMayChangeTheirSizeButNotInAFile) {
  const auto sink = open("videoconvert ! fakesink");
  expect_ok(write(*sink));
  resize(32, 16);
  expect_ok(write(*sink));
  expect_ok(sink->finish());
  const auto file = open("videoconvert ! filesink location=" + (folder_ / "b.raw").string());
  expect_ok(write(*file));
  resize(16, 8);
  EXPECT_THAT(write(*file).error().message, HasSubstr("a file has one size"));
}

TEST_F(GstreamerSinkTest, OfAFileEveryFrameGoesToFilesAlone) {
  const std::string to_file = "filesink location=" + (folder_ / "c.raw").string();
  EXPECT_TRUE(open(to_file, false)->every_frame());
  EXPECT_FALSE(open(to_file, true)->every_frame());
  EXPECT_FALSE(open("fakesink", false)->every_frame());
}

TEST_F(GstreamerSinkTest, OneThatStallsDoesNotHoldTheEnd) {
  const auto begin = Clock::now();
  {
    const auto sink = open("identity sleep-time=2000000 ! fakesink");
    for (int i = 0; i < 3; ++i) static_cast<void>(write(*sink));
    expect_ok(sink->finish());
  }
  EXPECT_LT(milliseconds_between(begin, Clock::now()), 7000);
}

TEST_F(GstreamerSinkTest, AFileWithoutItsEndIsAFailure) {
  const auto sink = open("identity sleep-time=2000000 ! filesink location=" + (folder_ / "d.raw").string());
  for (int i = 0; i < 3; ++i) static_cast<void>(write(*sink));
  EXPECT_THAT(sink->finish().error().message, HasSubstr("did not come to its end within 3 s"));
}

}  // namespace
}  // namespace diolkos::live
