#include "live/test_run.h"

namespace diolkos::live {
namespace {

TEST_F(LivePipeline, TwoNetworksSeeTheSameFramesAndTheirDifferenceIsTold) {
  versus_.emplace().border = 0.25f;
  script_.frames = 256;
  RecordingSink& heat = add(true, View::heat);
  RecordingSink& compare = add(true, View::compare);
  std::vector<double> same;
  heat.on_frame = [&](const Frame& frame) { same.push_back(frame.versus.agreement->share()); };
  compare.on_frame = [](const Frame& frame) {
    const segmentation::Image* const whole = frame.picture(View::compare);
    ASSERT_EQ(whole->width(), 16);
    ASSERT_EQ(whole->height(), 8);
  };
  ASSERT_TRUE(run());
  for (const int value : {0, 60, 130, 255}) EXPECT_EQ(same[static_cast<std::size_t>(value)], 1) << value;
  // 8x8 of the frame's 16x8 pixels are what the network sees.
  for (const int value : {70, 120}) EXPECT_EQ(same[static_cast<std::size_t>(value)], 0.5) << value;
  EXPECT_EQ(sink().values[100], 0);
  const Figures figures = statistics_->figures();
  ASSERT_TRUE(figures.versus);
  EXPECT_EQ(figures.versus->same.min, 0.5);
  EXPECT_EQ(figures.versus->iou.min, 0);
  EXPECT_EQ(figures.versus->newest.share(), 1);
  EXPECT_EQ(heat.values[0], 0);
}

TEST_F(LivePipeline, ASecondNetworkThatFailsEndsTheRun) {
  versus_.emplace().fail_at = 5;
  EXPECT_EQ(run().error().message, "the network broke");
}

}  // namespace
}  // namespace diolkos::live
