#include "live/frame_line.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "segmentation/run_length.h"

namespace diolkos::live {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

TEST(FrameLine, MasksComeAsPolygonsOrRunLengths) {
  Frame frame;
  frame.captured.index = 7;
  frame.captured.name = "a\"b\xff";
  segmentation::Image& map = frame.segmentation.map;
  map.reshape(6, 4, segmentation::PixelFormat::gray);
  std::ranges::fill(map.pixels(), std::uint8_t{0});
  for (const int y : {1, 2})
    for (const int x : {2, 3}) map.row(y)[x] = 12;
  frame.shares = segmentation::shares_of(frame.segmentation);
  std::string line;
  FrameLine(1, segmentation::ClassNames::voc(), MaskForm::polygons).write(frame, line);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const json polygons = json::parse(line);
  EXPECT_EQ(polygons["frame"], 7);
  EXPECT_EQ(polygons["source"], 1);
  ASSERT_EQ(polygons["seen"].size(), 1u);
  EXPECT_EQ(polygons["seen"][0]["name"], "dog");
  EXPECT_EQ(polygons["seen"][0]["polygons"], json::parse("[[2,1,2,2,3,2,3,1]]"));
  FrameLine(1, segmentation::ClassNames::voc(), MaskForm::rle).write(frame, line);
  EXPECT_EQ(json::parse(line)["seen"][0]["rle"], json::parse(R"({"size":[4,6],"counts":[9,2,2,2,9]})"));
  frame.segmentation.mask_of = 15;
  for (std::uint8_t& pixel : map.pixels()) pixel = pixel != 0 ? 255 : 0;
  frame.shares = segmentation::shares_of(frame.segmentation);
  FrameLine(1, segmentation::ClassNames::voc(), MaskForm::none).write(frame, line);
  EXPECT_EQ(json::parse(line)["seen"][0]["name"], "person");
}

TEST(RunLengths, BeginOutside) {
  segmentation::Image map(2, 2, segmentation::PixelFormat::gray);
  map.pixels() = {1, 0, 1, 1};
  std::vector<std::int64_t> counts;
  segmentation::run_lengths(map, 1, counts);
  EXPECT_THAT(counts, ElementsAre(0, 2, 1, 1));
  segmentation::run_lengths(map, 3, counts);
  EXPECT_THAT(counts, ElementsAre(4));
}

}  // namespace
}  // namespace diolkos::live
