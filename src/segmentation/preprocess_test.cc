#include "segmentation/preprocess.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

#include "segmentation/test_images.h"

namespace diolkos::segmentation {
namespace {

using ::testing::HasSubstr;

Tensor input_of(int width, int height) { return Tensor::zeros(DType::float32, {1, 3, height, width}).value(); }

Preprocessor preprocessor(int width, int height, Fit fit, std::string_view normalization) {
  return Preprocessor::create(DType::float32, {1, 3, height, width}, {fit, *normalization_named(normalization)})
      .value();
}

// Bilinear with half-pixel centres in double, of one channel of a region of the frame.
double sampled(const Image& frame, const Rect& region, int channel, double x, double y) {
  const auto value = [&](int column, int row) {
    column = region.x + std::clamp(column, 0, region.width - 1);
    row = region.y + std::clamp(row, 0, region.height - 1);
    return static_cast<double>(frame.row(row)[column * channels_of(frame.format()) + channel]);
  };
  const double left = std::floor(x - 0.5);
  const double top = std::floor(y - 0.5);
  const double across = x - 0.5 - left;
  const double down = y - 0.5 - top;
  const int c = static_cast<int>(left);
  const int r = static_cast<int>(top);
  return (value(c, r) * (1 - across) + value(c + 1, r) * across) * (1 - down) +
         (value(c, r + 1) * (1 - across) + value(c + 1, r + 1) * across) * down;
}

TEST(Preprocess, IsTheFormulaForAnySizeAndFit) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed_text(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 60; ++round) {
    const Fit fit = static_cast<Fit>(round % 3);
    const PixelFormat format = static_cast<PixelFormat>(between(random, 0, 2));
    const Image frame = random_image(random, between(random, 1, 90), between(random, 1, 90), format);
    const int width = between(random, 1, 70);
    const int height = between(random, 1, 70);
    Preprocessor preprocess = preprocessor(width, height, fit, "none");
    Tensor input = input_of(width, height);
    std::ranges::fill(input.mutable_as<float>(), -7.0f);
    const Geometry geometry = preprocess.run(frame.view(), input).value();
    const std::span<const float> values = input.as<float>();
    for (int channel = 0; channel < 3; ++channel)
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          const Rect& inside = geometry.input_region;
          const bool padding =
              x < inside.x || y < inside.y || x >= inside.x + inside.width || y >= inside.y + inside.height;
          const int source = format == PixelFormat::gray ? 0 : format == PixelFormat::bgr ? 2 - channel : channel;
          const Point at = geometry.to_frame({x + 0.5, y + 0.5});
          const double expected = padding ? 0
                                          : sampled(frame, geometry.frame_region, source,
                                                    at.x - geometry.frame_region.x, at.y - geometry.frame_region.y);
          // The resize rounds to 8 bits, with weights of 11 binary places.
          ASSERT_NEAR(values[static_cast<std::size_t>((channel * height + y) * width + x)], expected,
                      padding ? 0 : 1.01)
              << frame.width() << "x" << frame.height() << " to " << width << "x" << height << " "
              << segmentation::name_of(fit) << ", channel " << channel << " at " << x << "," << y;
        }
  }
}

TEST(Preprocess, ColoursComeOutAsRedGreenBlue) {
  Image frame(2, 2, PixelFormat::bgr);
  for (int i = 0; i < 4; ++i)
    std::copy_n(std::array<std::uint8_t, 3>{10, 20, 30}.begin(), 3, frame.pixels().data() + 3 * i);
  Tensor input = input_of(1, 1);
  ASSERT_TRUE(preprocessor(1, 1, Fit::crop, "none").run(frame.view(), input));
  EXPECT_THAT(input.as<float>(), ::testing::ElementsAre(30, 20, 10));
  ASSERT_TRUE(preprocessor(1, 1, Fit::crop, "symmetric").run(frame.view(), input));
  EXPECT_FLOAT_EQ(input.as<float>()[0], 30 / 127.5f - 1);
}

TEST(Preprocess, RowsMayBePadded) {
  std::mt19937 random(1);
  const Image wide = random_image(random, 20, 10, PixelFormat::bgr);
  ImageView part = wide.view();
  part.width = 10;
  Image packed(10, 10, PixelFormat::bgr);
  for (int y = 0; y < 10; ++y) std::copy_n(wide.row(y), 30, packed.row(y));
  Preprocessor preprocess = preprocessor(7, 5, Fit::stretch, "imagenet");
  Tensor a = input_of(7, 5);
  Tensor b = input_of(7, 5);
  ASSERT_TRUE(preprocess.run(part, a));
  ASSERT_TRUE(preprocess.run(packed.view(), b));
  EXPECT_TRUE(std::ranges::equal(a.as<float>(), b.as<float>()));
}

TEST(Preprocess, RefusesInputsItCannotFill) {
  for (const Shape& shape :
       {Shape{1, 1, 8, 8}, Shape{2, 3, 8, 8}, Shape{1, 3, 8}, Shape{1, 3, -1, 8}, Shape{1, 3, 0, 8}, Shape{1, 8, 8, 3}})
    EXPECT_THAT(Preprocessor::create(DType::float32, shape, {}).error().message, HasSubstr("expected float32 1x3xHxW"));
  EXPECT_FALSE(Preprocessor::create(DType::uint8, {1, 3, 8, 8}, {}));
}

TEST(Preprocess, RefusesEmptyFramesAndStrangeTensors) {
  Preprocessor preprocess = preprocessor(8, 8, Fit::crop, "unit");
  Tensor input = input_of(8, 8);
  EXPECT_THAT(preprocess.run({}, input).error().message, HasSubstr("empty"));
  Tensor other = input_of(8, 9);
  EXPECT_FALSE(preprocess.run(Image(4, 4, PixelFormat::bgr).view(), other));
}

}  // namespace
}  // namespace diolkos::segmentation
