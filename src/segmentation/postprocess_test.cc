#include "segmentation/postprocess.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

#include "segmentation/test_images.h"

namespace diolkos::segmentation {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

Tensor random_scores(std::mt19937& random, int classes, int height, int width, float spread, bool smooth) {
  Tensor scores = Tensor::zeros(DType::float32, {1, classes, height, width}).value();
  std::normal_distribution<float> normal(0, spread);
  const std::span<float> values = scores.mutable_as<float>();
  for (float& value : values) value = normal(random);
  if (smooth)  // regions of one class, as a network gives them
    for (std::size_t i = 1; i < values.size(); ++i) values[i] = 0.95f * values[i - 1] + 0.05f * values[i];
  return scores;
}

// One plane of values at a point of the network's input, in double, from the formula alone. Padding is not read.
double plane_at(const std::function<double(int, int)>& plane, int height, int width, const Geometry& g, Point input) {
  const auto bounds = [](double start, double extent, int grid) {
    int low = 0;
    while (low < grid - 1 && low + 0.5 < start) ++low;
    int high = grid - 1;
    while (high > low && high + 0.5 >= start + extent) --high;
    return std::pair{low, high};
  };
  const double across = static_cast<double>(width) / g.input.width;
  const double down = static_cast<double>(height) / g.input.height;
  const auto [left, right] = bounds(g.input_region.x * across, g.input_region.width * across, width);
  const auto [top, bottom] = bounds(g.input_region.y * down, g.input_region.height * down, height);
  const double x = std::clamp(input.x * across - 0.5, static_cast<double>(left), static_cast<double>(right));
  const double y = std::clamp(input.y * down - 0.5, static_cast<double>(top), static_cast<double>(bottom));
  const int x0 = static_cast<int>(x);
  const int y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, right);
  const int y1 = std::min(y0 + 1, bottom);
  const double fx = x - x0;
  const double fy = y - y0;
  return (plane(x0, y0) * (1 - fx) + plane(x1, y0) * fx) * (1 - fy) +
         (plane(x0, y1) * (1 - fx) + plane(x1, y1) * fx) * fy;
}

struct Case {
  Tensor scores;
  Geometry geometry;
  int classes, height, width;

  double score(int index, int x, int y) const {
    return scores.as<float>()[static_cast<std::size_t>((index * height + y) * width + x)];
  }
  bool seen(int x, int y) const {
    const Rect& r = geometry.frame_region;
    return x >= r.x && y >= r.y && x < r.x + r.width && y < r.y + r.height;
  }
  double at(int x, int y, const std::function<double(int, int)>& plane) const {
    return plane_at(plane, height, width, geometry, geometry.to_input({x + 0.5, y + 0.5}));
  }
};

Case random_case(std::mt19937& random, int round, int least_classes) {
  Case c;
  c.classes = between(random, least_classes, 24);
  c.height = between(random, 1, 40);
  c.width = between(random, 1, 40);
  const int scale = between(random, 1, 3);
  c.geometry = fit_frame({between(random, 1, 120), between(random, 1, 120)}, {c.width * scale, c.height * scale},
                         static_cast<Fit>(round % 3));
  c.scores = random_scores(random, c.classes, c.height, c.width, 4, round % 2 == 0);
  return c;
}

Segmentation run(const Case& c, const PostprocessOptions& options) {
  Segmentation segmentation;
  auto postprocess = Postprocessor::create(c.scores.dtype(), c.scores.shape(), options);
  EXPECT_TRUE(postprocess.has_value());
  EXPECT_TRUE(postprocess->run(c.scores, c.geometry, segmentation).has_value());
  EXPECT_EQ(segmentation.map.width(), c.geometry.frame.width);
  EXPECT_EQ(segmentation.map.height(), c.geometry.frame.height);
  return segmentation;
}

TEST(Postprocess, ClassesAreTheArgmaxOfResizedScores) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed_text(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 60; ++round) {
    const Case c = random_case(random, round, 2);
    const Segmentation got = run(c, {});
    for (int y = 0; y < c.geometry.frame.height; ++y)
      for (int x = 0; x < c.geometry.frame.width; ++x) {
        const int label = got.map.row(y)[x];
        if (!c.seen(x, y)) {
          ASSERT_EQ(label, 0);
          continue;
        }
        ASSERT_LT(label, c.classes);
        double best = -1e9;
        double chosen = 0;
        for (int index = 0; index < c.classes; ++index) {
          const double value = c.at(x, y, [&](int gx, int gy) { return c.score(index, gx, gy); });
          best = std::max(best, value);
          if (index == label) chosen = value;
        }
        ASSERT_NEAR(chosen, best, 1e-5) << "round " << round << " at " << x << "," << y;  // equal but for rounding
      }
  }
}

void expect_mask(const Case& c, const PostprocessOptions& options, double least,
                 const std::function<double(int, int)>& plane) {
  const Segmentation got = run(c, options);
  EXPECT_EQ(got.mask_of, options.class_index);
  for (int y = 0; y < c.geometry.frame.height; ++y)
    for (int x = 0; x < c.geometry.frame.width; ++x) {
      const double margin = c.seen(x, y) ? c.at(x, y, plane) - least : -1;
      if (std::abs(margin) < 1e-4) continue;  // rounding decides
      ASSERT_EQ(got.map.row(y)[x], margin > 0 ? 255 : 0) << "at " << x << "," << y << ", margin " << margin;
    }
}

TEST(Postprocess, MaskIsWhereTheResizedLogOddsReachTheThresholds) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed_text(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 60; ++round) {
    const Case c = random_case(random, round, 2);
    PostprocessOptions options;
    options.class_index = between(random, 0, c.classes - 1);
    options.threshold = std::array{0.5, 0.1, 0.9, 0.02}[static_cast<std::size_t>(round) % 4];
    expect_mask(c, options, std::log(options.threshold / (1 - options.threshold)), [&](int x, int y) {
      double others = 0;
      for (int index = 0; index < c.classes; ++index)
        if (index != *options.class_index) others += std::exp(c.score(index, x, y));
      return c.score(*options.class_index, x, y) - std::log(others);
    });
  }
}

TEST(Postprocess, RawMaskComparesScores) {
  std::mt19937 random(3);
  for (int round = 0; round < 12; ++round) {
    const Case c = random_case(random, round, 1);
    const int index = c.classes == 1 ? 1 : between(random, 0, c.classes - 1);
    expect_mask(c, {index, 0.75, true}, 0.75, [&](int x, int y) { return c.score(c.classes == 1 ? 0 : index, x, y); });
  }
}

TEST(Postprocess, ASingleChannelIsASigmoid) {
  std::mt19937 random(4);
  Case c = random_case(random, 2, 1);
  c.classes = 1;
  c.scores = random_scores(random, 1, c.height, c.width, 3, true);
  expect_mask(c, {1, 0.8, false}, std::log(4.0), [&](int x, int y) { return c.score(0, x, y); });
  expect_mask(c, {0, 0.8, false}, std::log(4.0), [&](int x, int y) { return -c.score(0, x, y); });
  const Segmentation labels = run(c, {});
  const Segmentation mask = run(c, {1, 0.5, false});
  EXPECT_EQ(labels.mask_of, std::nullopt);
  for (std::size_t i = 0; i < mask.map.pixels().size(); ++i)
    ASSERT_EQ(labels.map.pixels()[i], mask.map.pixels()[i] == 255 ? 1 : 0);
}

TEST(Postprocess, ThresholdsOfNoughtAndOne) {
  std::mt19937 random(5);
  Case c = random_case(random, 2, 3);
  c.geometry = fit_frame({30, 20}, {c.width, c.height}, Fit::stretch);
  EXPECT_THAT(run(c, {1, 0.0, false}).map.pixels(), Each(255));
  EXPECT_THAT(run(c, {1, 1.0, false}).map.pixels(), Each(0));
}

TEST(Postprocess, ScoresThatAreNoNumbersMarkNothing) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  Case c{Tensor::of<float>({1, 2, 1, 3}, {nan, 0, inf, 1, nan, -inf}), fit_frame({3, 1}, {3, 1}, Fit::stretch), 2, 1,
         3};
  EXPECT_THAT(run(c, {0, 0.5, false}).map.pixels(), ::testing::ElementsAre(0, ::testing::_, 255));
  EXPECT_THAT(run(c, {}).map.pixels(), Each(::testing::Lt(2)));
}

template <class T>
void expect_nearest(DType dtype) {
  const unsigned seed = 6;
  std::mt19937 random(seed);
  for (int round = 0; round < 12; ++round) {
    const int height = between(random, 1, 30);
    const int width = between(random, 1, 30);
    std::vector<T> classes(static_cast<std::size_t>(height * width));
    for (T& value : classes) value = static_cast<T>(between(random, 0, 20));
    const Shape shape = round % 2 == 0 ? Shape{1, height, width} : Shape{1, 1, height, width};
    const Geometry g = fit_frame({between(random, 1, 90), between(random, 1, 90)}, {width, height}, Fit::stretch);
    const Tensor output = Tensor::of(shape, std::span<const T>(classes));
    ASSERT_EQ(output.dtype(), dtype);
    for (const std::optional<int> wanted : {std::optional<int>{}, std::optional<int>{12}}) {
      Segmentation got;
      ASSERT_TRUE(Postprocessor::create(dtype, shape, {wanted, 0.5, false})->run(output, g, got));
      for (int y = 0; y < g.frame.height; ++y)
        for (int x = 0; x < g.frame.width; ++x) {
          const Point at = g.to_input({x + 0.5, y + 0.5});
          const auto label = classes[static_cast<std::size_t>(static_cast<int>(at.y) * width + static_cast<int>(at.x))];
          ASSERT_EQ(got.map.row(y)[x], wanted ? (label == T{12} ? 255 : 0) : static_cast<int>(label));
        }
    }
  }
}

TEST(Postprocess, ClassMapsGoToTheNearest) {
  expect_nearest<std::int64_t>(DType::int64);
  expect_nearest<std::int32_t>(DType::int32);
  expect_nearest<std::uint8_t>(DType::uint8);
}

TEST(Postprocess, ClassesOutOfRangeAreVoid) {
  const Tensor output = Tensor::of<std::int64_t>({1, 1, 3}, {-1, 256, std::int64_t{1} << 40});
  Segmentation got;
  ASSERT_TRUE(Postprocessor::create(DType::int64, output.shape(), {})
                  ->run(output, fit_frame({3, 1}, {3, 1}, Fit::stretch), got));
  EXPECT_THAT(got.map.pixels(), Each(255));
}

TEST(Postprocess, OneObjectServesFramesOfManySizes) {
  std::mt19937 random(7);
  Case c = random_case(random, 0, 5);
  Postprocessor kept = Postprocessor::create(c.scores.dtype(), c.scores.shape(), {2, 0.3, false}).value();
  Segmentation segmentation;
  for (int round = 0; round < 20; ++round) {
    c.geometry =
        fit_frame({between(random, 1, 80), between(random, 1, 80)}, {c.width, c.height}, static_cast<Fit>(round % 3));
    c.scores = random_scores(random, c.classes, c.height, c.width, 4, true);
    ASSERT_TRUE(kept.run(c.scores, c.geometry, segmentation));
    ASSERT_EQ(segmentation.map.pixels(), run(c, {2, 0.3, false}).map.pixels());
  }
}

TEST(Postprocess, RefusesWhatItCannotRead) {
  const auto message = [](DType dtype, const Shape& shape, const PostprocessOptions& options) {
    return Postprocessor::create(dtype, shape, options).error().message;
  };
  for (const Shape& shape : {Shape{1, 1000}, Shape{2, 21, 8, 8}, Shape{1, 257, 8, 8}, Shape{1, 21, -1, 8},
                             Shape{21, 8, 8}, Shape{1, 21, 0, 8}})
    EXPECT_THAT(message(DType::float32, shape, {}), HasSubstr("expected scores (float32 1xCxHxW"));
  EXPECT_THAT(message(DType::int64, {1, 3, 8, 8}, {}), HasSubstr("1x3x8x8"));
  EXPECT_THAT(message(DType::float16, {1, 21, 8, 8}, {}), HasSubstr("float16"));
  EXPECT_THAT(message(DType::float32, {1, 21, 8, 8}, {21, 0.5, false}), HasSubstr("classes 0 to 20"));
  EXPECT_THAT(message(DType::float32, {1, 21, 8, 8}, {1, 1.5, false}), HasSubstr("--raw"));
  EXPECT_THAT(message(DType::float32, {1, 21, 8, 8}, {1, std::nan(""), true}), HasSubstr("threshold"));
}

}  // namespace
}  // namespace diolkos::segmentation
