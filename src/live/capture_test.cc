#include "live/capture.h"

#include "live/left_behind.h"
#include "live/test_run.h"

namespace diolkos::live {
namespace {

TEST_F(LivePipeline, ALostSourceIsOpenedAgain) {
  source_.live = source_.returns = true;
  script_.frames = 1 << 20;
  script_.interval = milliseconds(1);
  script_.fail_every = 10;
  sink().on_frame = [&](const Frame&) { stop_ = script_.opened >= 5; };
  ASSERT_TRUE(run());
  expect_order(sink().indices);
  EXPECT_GE(statistics_->figures().losses, 4);
  EXPECT_TRUE(sink().finished);
}

TEST_F(LivePipeline, ASourceThatIsOpenedAgainReadsIntoTheSameFrames) {
  source_.live = source_.returns = true;
  script_.frames = 1 << 20;
  script_.fail_every = 2;
  sink().on_frame = [&](const Frame&) { stop_ = script_.opened >= 50; };
  ASSERT_TRUE(run());
  EXPECT_LE(script_.allocated, 20);  // all that go round
}

TEST_F(LivePipeline, LossReturnAndEndAreEvents) {
  const Events events;
  source_.live = source_.returns = true;
  script_.frames = 1 << 20;
  script_.interval = milliseconds(1);
  script_.fail_every = 10;
  sink().on_frame = [&](const Frame&) { stop_ = script_.opened >= 3; };
  ASSERT_TRUE(run());
  EXPECT_THAT(events.names, testing::IsSupersetOf({"source_running", "source_lost", "source_back"}));
  EXPECT_THAT(events.sources, testing::Each("script"));
  EXPECT_EQ(events.names[0], "source_running");
  EXPECT_EQ(events.names[1], "source_lost");
}

TEST_F(LivePipeline, ASourceThatHangsIsLeftBehind) {
  source_.live = source_.returns = true;
  script_.frames = 60;
  script_.interval = milliseconds(1);
  script_.hang_at = 20;
  sink().on_frame = [&](const Frame&) { stop_ = script_.given == 60; };
  ASSERT_TRUE(run());
  EXPECT_GE(script_.opened, 2);
  EXPECT_GE(left_behind, 1);
  script_.let_go = true;
  while (left_behind != 0) std::this_thread::sleep_for(milliseconds(1));
}

TEST_F(LivePipeline, ASourceThatCannotBeOpenedAtFirstIsAnError) {
  source_.live = source_.returns = true;
  refuse = true;
  EXPECT_EQ(run().error().message, "no such camera");
  EXPECT_EQ(statistics_->figures().source, SourceState::ended);
}

}  // namespace
}  // namespace diolkos::live
