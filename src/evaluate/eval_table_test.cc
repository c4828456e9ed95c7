#include "evaluate/eval_table.h"

#include <random>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "evaluate/label_runs.h"

namespace diolkos::evaluate {
namespace {

using segmentation::Image;
using segmentation::PixelFormat;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Image random_labels(std::mt19937& random, int width, int height, int classes) {
  Image labels(width, height, PixelFormat::gray);
  std::uint8_t label = 0;
  for (std::uint8_t& pixel : labels.pixels()) {
    if (random() % 4 == 0) label = static_cast<std::uint8_t>(random() % static_cast<unsigned>(classes));
    pixel = label;
  }
  return labels;
}

TEST(LabelRuns, CountEqualPixelsAsALoopDoes) {
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    const int width = static_cast<int>(random() % 40), height = 1 + static_cast<int>(random() % 9);
    const Image a = random_labels(random, width, height, 3), b = random_labels(random, width, height, 3);
    std::int64_t equal = 0;
    for (std::size_t i = 0; i < a.pixels().size(); ++i) equal += a.pixels()[i] == b.pixels()[i];
    EXPECT_EQ(equal_pixels(LabelRuns(a), LabelRuns(b)), equal) << "round " << round;
    EXPECT_EQ(equal_pixels(LabelRuns(a), LabelRuns(a)), LabelRuns(a).pixels());
  }
  EXPECT_EQ(agreement({}, {}), 0);
}

EvalRow row(const std::string& label, const std::string& input) {
  EvalRow row{label, EvalRecord{}, {}};
  row.record->classes = {"a", "b"};
  row.record->protocol.input = input;
  row.record->shards = {{1, 1}};
  row.record->images = {{"i", 2, 2, {{0, 0, 3}, {1, 0, 1}}, {}}};
  return row;
}

TEST(EvalTable, TellsFiguresAgreementAndWhatIsMissing) {
  EvalTable table;
  table.rows = {
      row("native fp32", "1x3x8x8"), {"tensorrt fp16", std::nullopt, "no GPU"}, row("native int8", "1x3x8x8")};
  table.agreement = {{1.0, std::nullopt, 0.75}, {std::nullopt, std::nullopt, std::nullopt}, {0.75, std::nullopt, 1.0}};
  const auto document = nlohmann::json::parse(to_json(table));
  EXPECT_EQ(document["schema"], "diolkos.eval_table/1");
  EXPECT_EQ(document["rows"][0]["label"], "native fp32");
  EXPECT_EQ(document["rows"][0]["count"], 1);
  EXPECT_EQ(document["rows"][1]["missing"], "no GPU");
  EXPECT_EQ(document["agreement"][0][2], 0.75);
  EXPECT_TRUE(document["agreement"][1][0].is_null());
  const std::string text = to_text(table);
  EXPECT_THAT(text, AllOf(HasSubstr("not evaluated: no GPU"), HasSubstr("75.000"), HasSubstr("row 1, 3 protocol")));
  table.rows[2] = row("native int8", "1x3x9x9");
  EXPECT_THAT(to_text(table), AllOf(HasSubstr("row 1 protocol"), HasSubstr("row 3 protocol"), Not(HasSubstr("nan"))));
}

}  // namespace
}  // namespace diolkos::evaluate
