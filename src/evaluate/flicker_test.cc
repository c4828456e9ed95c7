#include "evaluate/flicker.h"

#include <random>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "evaluate/motion.h"

namespace diolkos::evaluate {
namespace {

using segmentation::Image;
using segmentation::PixelFormat;
using ::testing::HasSubstr;

constexpr int kWidth = 96, kHeight = 72;

// A textured background, and on it a textured square of 30 pixels at (x, 20) that is bright in the blue channel.
Image picture_at(int x) {
  std::mt19937 random(9);
  Image picture(kWidth, kHeight, PixelFormat::bgr);
  std::vector<std::uint8_t> square(30 * 30);
  for (std::uint8_t& value : square) value = static_cast<std::uint8_t>(random() % 90);
  for (int v = 0; v < kHeight; ++v)
    for (int u = 0; u < kWidth; ++u) {
      const auto shade = static_cast<std::uint8_t>(random() % 60);
      const bool inside = u >= x && u < x + 30 && v >= 20 && v < 50;
      for (int c = 0; c < 3; ++c)
        picture.row(v)[3 * u + c] =
            inside ? static_cast<std::uint8_t>(165 + square[static_cast<std::size_t>((v - 20) * 30 + u - x)]) : shade;
    }
  return picture;
}

Image labels_at(int x) {
  Image labels(kWidth, kHeight, PixelFormat::gray);
  for (int v = 20; v < 50; ++v)
    for (int u = x; u < x + 30; ++u) labels.row(v)[u] = 1;
  return labels;
}

TEST(Motion, CarriesLabelsToWhereTheyHaveMoved) {
  Image carried;
  ASSERT_TRUE(carry_labels(picture_at(20), picture_at(24), labels_at(20), carried));
  const Image expected = labels_at(24);
  std::int64_t followed = 0, same = 0, still = 0;
  const Image before = labels_at(20);
  for (std::size_t i = 0; i < carried.pixels().size(); ++i) {
    if (carried.pixels()[i] == segmentation::Confusion::kVoid) continue;
    ++followed;
    same += carried.pixels()[i] == expected.pixels()[i];
    still += before.pixels()[i] == expected.pixels()[i];
  }
  EXPECT_GT(followed, kWidth * kHeight * 8 / 10);
  EXPECT_GT(same, followed * 99 / 100);
  EXPECT_LT(still, same);  // without motion more would differ
}

TEST(Motion, RefusesFramesOfSeveralSizes) {
  Image carried;
  const Image small(20, 20, PixelFormat::bgr);
  EXPECT_THAT(carry_labels(small, picture_at(2), labels_at(2), carried).error().message, HasSubstr("20x20 and 96x72"));
}

// Class 1 where the picture is bright; on every other frame, if so asked, a band at the bottom as well.
class BrightNetwork : public pipeline::Network {
 public:
  explicit BrightNetwork(bool flickers) : flickers_(flickers) {}
  const runtime::Port& input() const override { return input_; }
  const runtime::Port& output() const override { return output_; }
  Status run(const Tensor& input, Tensor& output) override {
    const auto from = input.as<float>();
    const auto to = output.mutable_as<float>();
    const std::size_t plane = kWidth * kHeight;
    const bool band = flickers_ && runs_++ % 2 == 1;
    for (std::size_t i = 0; i < plane; ++i) {
      to[i] = 0.5f;
      to[plane + i] = band && i >= plane * 9 / 10 ? 1.0f : from[i];
    }
    return {};
  }

 private:
  bool flickers_;
  int runs_ = 0;
  runtime::Port input_{"input", DType::float32, {1, 3, kHeight, kWidth}};
  runtime::Port output_{"out", DType::float32, {1, 2, kHeight, kWidth}};
};

class MovingSquare : public video::Source {
 public:
  explicit MovingSquare(int frames) { info_.frames = frames; }
  const video::SourceInfo& info() const override { return info_; }
  Result<bool> next(video::Frame& frame) override {
    if (at_ == *info_.frames) return false;
    frame.image = picture_at(10 + 3 * static_cast<int>(at_++));
    return true;
  }

 private:
  video::SourceInfo info_{"square", video::SourceInfo::Kind::video, 0, 25};
  std::int64_t at_ = 0;
};

Result<Flicker> flicker_of(bool flickers, int frames = 6) {
  BrightNetwork network(flickers);
  MovingSquare source(frames);
  FlickerOptions options;
  options.stages.preprocess = {.fit = segmentation::Fit::stretch, .normalization = {}};
  options.classes = 2;
  return measure_flicker(network, source, options);
}

TEST(Flicker, IsWhatMotionDoesNotExplain) {
  const auto steady = flicker_of(false);
  ASSERT_TRUE(steady) << steady.error().message;
  EXPECT_EQ(steady->frames, 6);
  EXPECT_EQ(steady->per_frame.size(), 5u);
  EXPECT_LT(steady->share(), 0.01);
  EXPECT_GT(steady->consistency(), 0.95);
  const auto flickering = flicker_of(true);
  ASSERT_TRUE(flickering);
  EXPECT_NEAR(flickering->share(), 0.1, 0.02);  // the band comes or goes in every frame
  EXPECT_GT(flickering->share_of_things().value(), flickering->share());
  EXPECT_LT(flickering->consistency(), steady->consistency());
}

TEST(Flicker, OfOneFrameIsAnError) { EXPECT_THAT(flicker_of(false, 1).error().message, HasSubstr("square: 1 frames")); }

TEST(Flicker, IsWrittenRowByRow) {
  FlickerTable table{"walk.mp4", {}};
  table.rows.emplace_back().label = "native fp32";
  table.rows.back().flicker = *flicker_of(false);
  table.rows.emplace_back().label = "tensorrt";
  table.rows.back().missing = "no GPU";
  const auto document = nlohmann::json::parse(to_json(table));
  EXPECT_EQ(document["schema"], "diolkos.eval_video/1");
  EXPECT_EQ(document["rows"][0]["frames"], 6);
  EXPECT_EQ(document["rows"][1]["missing"], "no GPU");
  EXPECT_THAT(to_text(table), HasSubstr("6 frames of 96x72"));
  EXPECT_THAT(to_text(table), HasSubstr("not evaluated: no GPU"));
}

}  // namespace
}  // namespace diolkos::evaluate
