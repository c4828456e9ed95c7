#include "segmentation/confusion.h"

#include <gmock/gmock.h>

namespace diolkos::segmentation {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

TEST(Confusion, ByHand) {
  Confusion confusion(3);
  ASSERT_TRUE(confusion.add(Bytes{0, 0, 1, 1}, Bytes{0, 1, 1, 255}));
  ASSERT_TRUE(confusion.add(Bytes{1, 200}, Bytes{1, 0}));
  EXPECT_EQ(confusion.count(1, 1), 2);
  EXPECT_DOUBLE_EQ(confusion.iou(0).value(), 1.0 / 3);  // one right, one missed, one too many
  EXPECT_DOUBLE_EQ(confusion.iou(1).value(), 2.0 / 3);
  EXPECT_EQ(confusion.iou(2), std::nullopt);
  EXPECT_DOUBLE_EQ(confusion.mean_iou(), 0.5);
  EXPECT_DOUBLE_EQ(confusion.pixel_accuracy(), 3.0 / 5);
}

TEST(Confusion, AccuracyIsOfTheTruePixels) {
  Confusion confusion(3);
  ASSERT_TRUE(confusion.add(Bytes{0, 0, 1, 9}, Bytes{0, 1, 1, 1}));
  confusion.add_count(0, 3, 1);
  EXPECT_DOUBLE_EQ(confusion.accuracy(0).value(), 1.0 / 2);
  EXPECT_DOUBLE_EQ(confusion.accuracy(1).value(), 1.0 / 3);
  EXPECT_EQ(confusion.accuracy(2), std::nullopt);
  EXPECT_DOUBLE_EQ(confusion.mean_accuracy(), (1.0 / 2 + 1.0 / 3) / 2);
  EXPECT_EQ(confusion.true_pixels(0), 2);
  EXPECT_EQ(confusion.predicted_pixels(0), 2);
}

TEST(Confusion, NothingSeenIsNought) {
  EXPECT_EQ(Confusion(21).mean_iou(), 0);
  EXPECT_EQ(Confusion(21).pixel_accuracy(), 0);
}

TEST(Confusion, RefusesWhatDoesNotFit) {
  Confusion confusion(3);
  EXPECT_THAT(confusion.add(Bytes{0}, Bytes{0, 1}).error().message, HasSubstr("sizes differ"));
  EXPECT_THAT(confusion.add(Bytes{0}, Bytes{7}).error().message, HasSubstr("true class 7"));
}

}  // namespace
}  // namespace diolkos::segmentation
