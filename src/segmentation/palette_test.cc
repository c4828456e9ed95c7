#include "segmentation/palette.h"

#include <set>
#include <tuple>

#include <gtest/gtest.h>

namespace diolkos::segmentation {
namespace {

TEST(Palette, HasVocsColours) {
  const Palette& palette = voc_palette();
  EXPECT_EQ(palette[0], (Colour{0, 0, 0}));
  EXPECT_EQ(palette[1], (Colour{128, 0, 0}));        // aeroplane
  EXPECT_EQ(palette[7], (Colour{128, 128, 128}));    // car
  EXPECT_EQ(palette[8], (Colour{64, 0, 0}));         // cat
  EXPECT_EQ(palette[12], (Colour{64, 0, 128}));      // dog
  EXPECT_EQ(palette[15], (Colour{192, 128, 128}));   // person
  EXPECT_EQ(palette[20], (Colour{0, 64, 128}));      // tvmonitor
  EXPECT_EQ(palette[255], (Colour{224, 224, 192}));  // void
}

TEST(Palette, NoTwoIndicesLookTheSame) {
  std::set<std::tuple<int, int, int>> colours;
  for (const Colour& colour : voc_palette()) colours.emplace(colour.red, colour.green, colour.blue);
  EXPECT_EQ(colours.size(), 256u);
}

}  // namespace
}  // namespace diolkos::segmentation
