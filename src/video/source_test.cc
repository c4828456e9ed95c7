#include "video/source.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <opencv2/imgcodecs.hpp>

#include "base/log.h"
#include "base/output_file.h"
#include "support/temporary_folder.h"
#include "video/encode_image.h"
#include "video/sink.h"
#include "video/test_pictures.h"

namespace diolkos::video {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kVideos = DIOLKOS_TEST_ASSETS "/video";

std::string error_of(const std::string& name) {
  auto source = open_source(name);
  if (!source) return source.error().message;
  Frame frame;
  for (;;) {
    const Result<bool> more = (*source)->next(frame);
    if (!more) return more.error().message;
    if (!*more) return "";
  }
}

// Collects what the library says.
class Said {
 public:
  Said() {
    log::set_sink([this](log::Level, std::string_view message) { messages.emplace_back(message); });
  }
  ~Said() { log::set_sink({}); }
  std::vector<std::string> messages;
};

TEST(Source, AnImageIsOneFrame) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "dog.png", encode_image(flat(7, 5, 90), "x.png").value()));
  auto source = open_source(folder / "dog.png").value();
  EXPECT_EQ(source->info().kind, SourceInfo::Kind::image);
  EXPECT_EQ(source->info().frames, 1);
  Frame frame;
  ASSERT_TRUE(source->next(frame).value());
  EXPECT_EQ(frame.name, "dog");
  EXPECT_EQ(frame.image.pixels(), flat(7, 5, 90).pixels());
  EXPECT_FALSE(source->next(frame).value());
}

TEST(Source, ImagesOfEveryDepthComeAsEightBitBgr) {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& name, const cv::Mat& pixels) {
    EXPECT_TRUE(cv::imwrite(folder / name, pixels));
    Frame frame;
    EXPECT_TRUE(open_source(folder / name).value()->next(frame).value());
    EXPECT_EQ(frame.image.format(), segmentation::PixelFormat::bgr);
    return std::vector<int>(frame.image.pixels().begin(), frame.image.pixels().begin() + 3);
  };
  EXPECT_THAT(read("gray.png", cv::Mat(4, 4, CV_8UC1, cv::Scalar(77))), ElementsAre(77, 77, 77));
  EXPECT_THAT(read("gray16.png", cv::Mat(4, 4, CV_16UC1, cv::Scalar(0x4d00))), ElementsAre(77, 77, 77));
  EXPECT_THAT(read("colour16.png", cv::Mat(4, 4, CV_16UC3, cv::Scalar(0x1000, 0x2000, 0x3000))),
              ElementsAre(16, 32, 48));
  EXPECT_THAT(read("alpha.png", cv::Mat(4, 4, CV_8UC4, cv::Scalar(10, 20, 30, 0))), ElementsAre(10, 20, 30));
}

// A JPEG with an EXIF segment that says how the camera was held.
std::vector<char> rotated(const std::vector<std::byte>& jpeg, char orientation) {
  const std::string exif = std::string(
                               "\xff\xe1\0\x22"
                               "Exif\0\0"
                               "MM\0\x2a\0\0\0\x08"
                               "\0\x01"
                               "\x01\x12\0\x03\0\0\0\x01",
                               28) +
                           std::string(1, '\0') + orientation + std::string(6, '\0');
  std::vector<char> bytes(reinterpret_cast<const char*>(jpeg.data()),
                          reinterpret_cast<const char*>(jpeg.data()) + jpeg.size());
  bytes.insert(bytes.begin() + 2, exif.begin(), exif.end());
  return bytes;
}

TEST(Source, PhotosAreTurnedAsTheyWereTaken) {
  const TemporaryFolder folder;
  const std::vector<std::byte> jpeg = encode_image(flat(32, 16, 128), "x.jpg").value();
  Frame frame;
  save(folder / "plain.jpg", rotated(jpeg, 1));
  ASSERT_TRUE(open_source(folder / "plain.jpg").value()->next(frame).value());
  EXPECT_EQ(frame.image.width(), 32);
  save(folder / "turned.jpg", rotated(jpeg, 6));
  ASSERT_TRUE(open_source(folder / "turned.jpg").value()->next(frame).value());
  EXPECT_EQ(frame.image.width(), 16);
  EXPECT_EQ(frame.image.height(), 32);
}

TEST(Source, AFolderGivesItsImagesInOrder) {
  const TemporaryFolder folder;
  int value = 0;
  for (const std::string name : {"b.png", "a.jpg", "a.png", "C.PNG", "notes.txt", ".hidden.png"})
    ASSERT_TRUE(write_file(folder / name, encode_image(flat(8, 8, static_cast<std::uint8_t>(value += 10)),
                                                       fs::path(name).extension() == ".jpg" ? "x.jpg" : "x.png")
                                              .value()));
  fs::create_directory(folder / "inner.png");
  Said said;
  auto source = open_source(folder.path()).value();
  EXPECT_THAT(said.messages, ElementsAre(HasSubstr("2 files are no images")));
  EXPECT_EQ(source->info().frames, 4);
  std::vector<std::string> names;
  Frame frame;
  while (source->next(frame).value()) names.push_back(frame.name);
  EXPECT_THAT(names, ElementsAre("C", "a.jpg", "a.png", "b"));
}

TEST(Source, HostileNamesAndFiles) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_of(folder / "none.mp4"), HasSubstr("none.mp4: no such file"));
  EXPECT_THAT(error_of(folder.path()), HasSubstr("a folder without images"));
  EXPECT_THAT(error_of("rtsp://localhost/stream"), HasSubstr("addresses are not read"));
  EXPECT_THAT(error_of("977"), HasSubstr("camera 977 cannot be opened"));
  EXPECT_THAT(error_of("/dev/video977"), HasSubstr("camera 977 cannot be opened"));
  save(folder / "empty.mp4", {});
  EXPECT_THAT(error_of(folder / "empty.mp4"), HasSubstr("is empty"));
  save(folder / "empty.jpg", {});
  EXPECT_THAT(error_of(folder / "empty.jpg"), HasSubstr("is empty"));
  save(folder / "text.mp4", {'n', 'o', ' ', 'v', 'i', 'd', 'e', 'o'});
  EXPECT_THAT(error_of(folder / "text.mp4"), HasSubstr("neither an image nor a video"));
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(error_of(folder / "pipe"), HasSubstr("no regular file"));
  EXPECT_THAT(error_of("/dev/null"), HasSubstr("no regular file"));
  EXPECT_THAT(error_of("/proc/self/mem"), HasSubstr("/proc/self/mem"));
}

TEST(Source, DamagedImagesAreOneClearLine) {
  const TemporaryFolder folder;
  std::vector<std::byte> png = encode_image(flat(64, 64, 90), "x.png").value();
  const auto* const bytes = reinterpret_cast<const char*>(png.data());
  save(folder / "cut.png", {bytes, bytes + png.size() / 2});
  EXPECT_THAT(error_of(folder / "cut.png"), HasSubstr("cut.png: the image is cut: its 'IDAT' part"));
  png[45] ^= std::byte{0xff};  // inside the compressed pixels
  save(folder / "damaged.png", {bytes, bytes + png.size()});
  ::testing::internal::CaptureStderr();
  const std::string message = error_of(folder / "damaged.png");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(message, AllOf(HasSubstr("damaged.png: cannot be decoded as an image"), HasSubstr("libpng")));
  EXPECT_THAT(message, ::testing::Not(HasSubstr("\n")));
}

TEST(Source, JpegsCutAnywhereAreErrors) {
  const TemporaryFolder folder;
  std::vector<std::byte> jpeg = encode_image(flat(40, 40, 90), "x.jpg").value();
  const auto* const bytes = reinterpret_cast<const char*>(jpeg.data());
  for (std::size_t size = 0; size < jpeg.size(); size += 7) {
    save(folder / "cut.jpg", {bytes, bytes + size});
    ASSERT_THAT(error_of(folder / "cut.jpg"), HasSubstr("cut.jpg")) << size;
  }
}

TEST(Source, TheRealVideosAreReadWhole) {
  if (!fs::exists(kVideos)) GTEST_SKIP() << "no " << kVideos;
  auto source = open_source(std::string(kVideos) + "/davis_dog.mp4").value();
  EXPECT_EQ(source->info().kind, SourceInfo::Kind::video);
  EXPECT_EQ(source->info().frames, 60);
  EXPECT_DOUBLE_EQ(source->info().fps, 24);
  Frame frame;
  std::int64_t read = 0;
  while (source->next(frame).value()) {
    EXPECT_EQ(frame.index, read++);
    EXPECT_EQ(frame.image.width(), 854);
    EXPECT_EQ(frame.image.height(), 480);
  }
  EXPECT_EQ(frame.name, "000059");
  EXPECT_EQ(read, 60);
}

TEST(Source, VideosCutAnywhereAreErrors) {
  if (!fs::exists(kVideos)) GTEST_SKIP() << "no " << kVideos;
  const TemporaryFolder folder;
  for (const std::string name : {"davis_dog.mp4", "01_dog.mp4", "one-by-one-person-detection.mp4"}) {
    const std::vector<char> whole = bytes_of(fs::path(kVideos) / name);
    for (const double share : {0.0001, 0.003, 0.01, 0.5, 0.9999}) {
      const auto size = static_cast<std::ptrdiff_t>(share * static_cast<double>(whole.size()));
      save(folder / name, {whole.begin(), whole.begin() + size});
      ::testing::internal::CaptureStderr();
      EXPECT_THAT(error_of(folder / name), AllOf(HasSubstr(name), HasSubstr("the video is cut"))) << share;
      EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    }
  }
}

TEST(Source, AVideoDamagedInsideIsReadAsFarAsItGoesWithAWarning) {
  if (!fs::exists(kVideos)) GTEST_SKIP() << "no " << kVideos;
  const TemporaryFolder folder;
  std::vector<char> bytes = bytes_of(fs::path(kVideos) / "01_dog.mp4");
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 4), bytes.end(), '\0');
  save(folder / "zeros.mp4", bytes);
  Said said;
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(error_of(folder / "zeros.mp4"), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(said.messages, Contains(HasSubstr("of 289 declared frames could be decoded")));
}

}  // namespace
}  // namespace diolkos::video
