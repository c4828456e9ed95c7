#include "evaluate/evaluate.h"

#include <random>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "base/output_file.h"
#include "evaluate/boundary.h"
#include "evaluate/eval_record.h"
#include "evaluate/figures.h"
#include "evaluate/test_png.h"
#include "support/temporary_folder.h"
#include "video/encode_image.h"

namespace diolkos::evaluate {
namespace {

using segmentation::Image;
using segmentation::PixelFormat;
using ::testing::AllOf;
using ::testing::HasSubstr;

// The erosion by its definition: the boundary's reference.
Image slow_boundary(const Image& labels) {
  const int d = boundary_width(labels.width(), labels.height());
  Image boundary = labels;
  for (int y = 0; y < labels.height(); ++y)
    for (int x = 0; x < labels.width(); ++x) {
      bool inner = x >= d && y >= d && x < labels.width() - d && y < labels.height() - d;
      for (int v = y - d; inner && v <= y + d; ++v)
        for (int u = x - d; inner && u <= x + d; ++u) inner = labels.row(v)[u] == labels.row(y)[x];
      if (inner) boundary.row(y)[x] = kNoBoundary;
    }
  return boundary;
}

TEST(Boundary, IsTheMaskLessItsErosion) {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    Image labels(1 + static_cast<int>(random() % 120), 1 + static_cast<int>(random() % 90), PixelFormat::gray);
    for (int blob = 0; blob < 6; ++blob) {
      const int left = static_cast<int>(random() % 100), top = static_cast<int>(random() % 80);
      for (int y = top; y < std::min(labels.height(), top + 30); ++y)
        for (int x = left; x < std::min(labels.width(), left + 40); ++x)
          labels.row(y)[x] = static_cast<std::uint8_t>(blob);
    }
    EXPECT_EQ(boundary_of(labels).pixels(), slow_boundary(labels).pixels());
  }
  EXPECT_EQ(boundary_width(500, 375), 12);  // 12.5 to the even neighbour, as NumPy's round
}

TEST(PrecisionCurve, ByHand) {
  PrecisionCurve curve;
  curve.add(1.0f, true);
  curve.add(0.9f, false);
  curve.add(0.8f, true);
  curve.add(0.1f, false);
  curve.add(std::nanf(""), false);
  EXPECT_DOUBLE_EQ(average_precision(curve).value(), 0.5 * 1 + 0.5 * 2 / 3);
  EXPECT_NEAR(best_threshold(curve)->threshold, 0.8, 1.0 / 256);
  EXPECT_DOUBLE_EQ(best_threshold(curve)->f1, 0.8);
  EXPECT_EQ(average_precision(PrecisionCurve{}), std::nullopt);
}

// Class 1 where the picture is bright.
class BrightnessNetwork : public pipeline::Network {
 public:
  const runtime::Port& input() const override { return input_; }
  const runtime::Port& output() const override { return output_; }
  Status run(const Tensor& input, Tensor& output) override {
    const auto from = input.as<float>();
    const auto to = output.mutable_as<float>();
    const std::size_t plane = to.size() / 2;
    for (std::size_t i = 0; i < plane; ++i) {
      to[i] = 0.5f;
      to[plane + i] = from[i];
    }
    return {};
  }

 private:
  runtime::Port input_{"input", DType::float32, {1, 3, 8, 8}};
  runtime::Port output_{"out", DType::float32, {1, 2, 8, 8}};
};

class Evaluate : public ::testing::Test {
 protected:
  // Pictures of 8x8 whose columns from `edge` on are bright, and masks whose columns from `true_edge` on are class 1.
  void add(const std::string& name, int edge, int true_edge) {
    Image picture(8, 8, PixelFormat::bgr);
    std::vector<std::uint8_t> mask(64);
    for (int y = 0; y < 8; ++y)
      for (int x = 0; x < 8; ++x) {
        for (int c = 0; c < 3; ++c) picture.row(y)[3 * x + c] = x >= edge ? 255 : 0;
        mask[static_cast<std::size_t>(8 * y + x)] = x >= true_edge;
      }
    const auto path = images_ / (name + ".png");
    ASSERT_TRUE(write_file(path, std::span<const std::byte>(*video::encode_image(picture, path))));
    write_gray(masks_ / (name + ".png"), 8, 8, mask);
  }

  Result<EvalRecord> run(Shard shard = {}) {
    BrightnessNetwork network;
    TRY_ASSIGN(const Dataset dataset, open_dataset(images_.path(), masks_.path()));
    TRY_ASSIGN(Evaluation evaluation, evaluate(network, pairs_of(dataset, shard), options_));
    worst = std::move(evaluation.worst);
    EvalRecord record;
    record.model.sha256 = "abc";
    record.protocol.count = static_cast<std::int64_t>(dataset.pairs.size());
    record.classes = {"dark", "bright"};
    record.shards = {shard};
    record.images = std::move(evaluation.images);
    record.curves = std::move(evaluation.curves);
    return record;
  }

  std::string error() {
    const auto record = run();
    return record ? "" : record.error().message;
  }

  EvaluateOptions options_{.stages = {.preprocess = {.fit = segmentation::Fit::stretch, .normalization = {}}},
                           .classes = 2};
  TemporaryFolder images_, masks_;
  std::vector<WorstImage> worst;
};

TEST_F(Evaluate, CountsPixels) {
  add("half", 4, 4);
  add("late", 6, 4);
  options_.worst = 1;
  const auto record = run();
  ASSERT_TRUE(record) << record.error().message;
  const Figures figures = figures_of(*record);
  EXPECT_DOUBLE_EQ(figures.confusion.iou(0).value(), 64.0 / 80);
  EXPECT_DOUBLE_EQ(figures.confusion.iou(1).value(), 48.0 / 64);
  EXPECT_DOUBLE_EQ(figures.confusion.pixel_accuracy(), 112.0 / 128);
  EXPECT_LE(figures.mean_iou_interval.low, figures.confusion.mean_iou());
  EXPECT_GE(figures.mean_iou_interval.high, figures.confusion.mean_iou());
  ASSERT_EQ(worst.size(), 1u);
  EXPECT_EQ(worst[0].pair.name, "late");
  TemporaryFolder pictures;
  EXPECT_TRUE(write_worst(worst, pictures / "worst"));
  EXPECT_TRUE(std::filesystem::exists(pictures / "worst/01_iou0.583_late.png"));
}

TEST_F(Evaluate, ShardsMergeToTheWhole) {
  for (int i = 0; i < 7; ++i) add("image" + std::to_string(i), i, 7 - i);
  const EvalRecord whole = *run();
  std::vector<std::pair<std::string, EvalRecord>> parts;
  for (int i = 3; i >= 1; --i) {  // in any order, and through a file
    auto part = parse_eval_record("part", to_json(*run({i, 3})));
    ASSERT_TRUE(part) << part.error().message;
    parts.emplace_back("part" + std::to_string(i), std::move(*part));
  }
  const auto merged = merge(parts);
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(to_json(*merged), to_json(whole));

  auto twice = parts;
  twice.push_back(parts[0]);
  EXPECT_THAT(merge(twice).error().message, AllOf(HasSubstr("part3"), HasSubstr("given twice")));
  auto fewer = parts;
  fewer.pop_back();
  EXPECT_THAT(merge(fewer).error().message, HasSubstr("shard 1/3 is missing"));
  auto other = parts;
  other[1].second.model.sha256 = "def";
  EXPECT_THAT(merge(other).error().message, AllOf(HasSubstr("part2"), HasSubstr("SHA-256"), HasSubstr("def")));
}

TEST_F(Evaluate, ErrorsNameTheFile) {
  add("a", 4, 4);
  write_gray(masks_ / "a.png", 8, 7, std::vector<std::uint8_t>(56));
  EXPECT_THAT(error(), AllOf(HasSubstr("a.png: 8x7 pixels"), HasSubstr("8x8")));
  write_gray(masks_ / "a.png", 8, 8, std::vector<std::uint8_t>(64, 9));
  EXPECT_THAT(error(), AllOf(HasSubstr("a.png: class 9 is not among"), HasSubstr("2 classes")));
  std::filesystem::remove(masks_ / "a.png");
  EXPECT_THAT(error(), HasSubstr("none of its 1 images has a mask"));
}

TEST_F(Evaluate, AResultFileCutAnywhereIsAnError) {
  add("a", 4, 3);
  const std::string whole = to_json(*run());
  for (std::size_t size = 0; size + 1 < whole.size(); size += 7)
    EXPECT_THAT(parse_eval_record("a.json", whole.substr(0, size)).error().message, HasSubstr("a.json: no whole JSON"));
  EXPECT_THAT(parse_eval_record("b.json", "{\"schema\": \"diolkos.bench/1\"}").error().message,
              AllOf(HasSubstr("b.json"), HasSubstr("diolkos.bench/1")));
  auto document = nlohmann::json::parse(whole);
  document["per_image"][0]["pixels"][0][1] = 77;
  EXPECT_THAT(parse_eval_record("c.json", document.dump()).error().message, HasSubstr("counts of image 'a' cannot be"));
  document["per_image"] = "none";
  EXPECT_THAT(parse_eval_record("d.json", document.dump()).error().message, HasSubstr("d.json: not as"));
}

TEST(Shard, IsParsedOrRefused) {
  EXPECT_EQ(*parse_shard("2/8"), (Shard{2, 8}));
  for (const char* text : {"", "2", "0/3", "4/3", "a/b", "1/2/3", "-1/2", "1/99999999999"})
    EXPECT_FALSE(parse_shard(text)) << text;
}

}  // namespace
}  // namespace diolkos::evaluate
